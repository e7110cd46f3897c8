{{ economies_table('balance_usd_millions') }}
