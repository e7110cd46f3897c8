{{ stage_top_three('nsf07329_figure_4', flow='imports') }}
