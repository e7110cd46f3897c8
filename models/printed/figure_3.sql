{{ top_three_figure('figure_3') }}
