{{ economies_table('table_2') }}
