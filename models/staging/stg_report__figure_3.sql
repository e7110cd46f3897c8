{{ stage_top_three('nsf07329_figure_3', flow='exports') }}
