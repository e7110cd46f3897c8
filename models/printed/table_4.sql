{{ economies_table('table_4') }}
