{{ economies_table('exports_usd_millions') }}
