{{ stage_economies_table(3, flow='exports') }}
