{# Fails if rows of one source (or, with that key, of one vintage) change what a model says about another. #}
{% test ignores_other_sources(model, inputs, beside=[], key='source_id', missing_year=2003, years_later=4) %}
with

said_again as (
    {{ said_beside_a_shadow(model, inputs, beside, key, missing_year, years_later) }}
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
