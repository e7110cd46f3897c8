{{ economies_table('table_3') }}
