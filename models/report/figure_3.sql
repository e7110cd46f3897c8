{{ top_three_figure('exports') }}
