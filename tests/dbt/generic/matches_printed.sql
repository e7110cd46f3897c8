{#
  Fails for every row of a table or figure, as in its seed, that the printed relation does not contain with the same labels
  and numbers, and for every further row of the relation.
#}
{% test matches_printed(model, seed, columns) %}
{% set columns = columns | join(', ') %}

with

not_shown as (
    select {{ columns }} from {{ seed }}
    except
    select {{ columns }} from {{ model }}
),

not_printed as (
    select {{ columns }} from {{ model }}
    except
    select {{ columns }} from {{ seed }}
)

select 'printed, but not shown' as what_is_wrong, not_shown.* from not_shown
union all
select 'shown, but not printed' as what_is_wrong, not_printed.* from not_printed
{% endtest %}
