{{ stage_economies_table(2, flow='balance') }}
