{{ top_three_figure('imports') }}
