{#
  Fails if rows of another source, or of another vintage of the same, change what a model says about a source. A model
  that reads the latest vintages alone, by their source, is tested with `keys` without the vintage.
#}
{% test ignores_other_sources(model, inputs, beside=[], keys=none) %}
with

said_again as (
    {{ said_beside_shadows(model, inputs, beside, keys or state()) }}
),

lost as (
    select * from {{ model }}
    except all
    select * from said_again
),

added as (
    select * from said_again
    except all
    select * from {{ model }}
)

select 'not said beside another source' as what_is_wrong, lost.* from lost
union all
select 'said beside another source only' as what_is_wrong, added.* from added
{% endtest %}
