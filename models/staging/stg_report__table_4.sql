{{ stage_economies_table(4, flow='imports') }}
