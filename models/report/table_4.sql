{{ economies_table('imports_usd_millions') }}
