{#
  Runs before each seed is loaded and stops the build in one sentence if the file is not what `column_types`
  declares: the same columns in the same order, integers, booleans, dates, and decimals with exactly the declared
  places, so that a number is loaded as it was printed or not at all. No value may be missing, except in columns
  that `meta.may_be_empty` names. Without this check, an engine would silently round 1.25 to DECIMAL(18, 1), and Spark
  would turn text in a number into NULL.
#}
{% macro check_seed() %}
    {% if execute %}
        {% set declared = model.config.column_types %}
        {% set table = load_agate_table() %}
        {% set found = table.column_names | list %}
        {% set missing = declared | reject('in', found) | list %}
        {% set unknown = found | reject('in', declared) | list %}
        {% if missing or unknown or found != declared | list %}
            {% do exceptions.raise_compiler_error(
                model.original_file_path ~ ': the header must be ' ~ declared | join(',')
                ~ (' (missing: ' ~ missing | join(', ') ~ ')' if missing)
                ~ (' (not declared: ' ~ unknown | join(', ') ~ ')' if unknown)
            ) %}
        {% endif %}
        {% for column, type in declared.items() if type != 'string' %}
            {% if type == 'int' %}
                {% set pattern, wanted = '-?[0-9]{1,9}$', 'a whole number of up to 9 digits' %}
            {% elif type == 'boolean' %}
                {% set pattern, wanted = '(true|false)$', 'true or false' %}
            {% elif type == 'date' %}
                {% set pattern = '[0-9]{4}-(?!(02-3|(02|04|06|09|11)-31))(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' %}
                {% set wanted = 'a date as 2004-05-01' %}
            {% else %}
                {% set digits, places = modules.re.findall('[0-9]+', type) | map('int') %}
                {% set pattern = '-?[0-9]{1,' ~ (digits - places) ~ '}[.][0-9]{' ~ places ~ '}$' %}
                {% set wanted = 'a number with ' ~ places ~ ' decimal(s) after up to ' ~ (digits - places) ~ ' digits' %}
            {% endif %}
            {% for row in table.rows %}
                {% set may_be_empty = column in model.config.meta.get('may_be_empty', []) %}
                {% if not modules.re.match(pattern, row[column] or '') and (row[column] or not may_be_empty) %}
                    {% set label = (row.values() | reject('none') | list)[:2] | join(', ') | replace('\n', ' ') %}
                    {% do exceptions.raise_compiler_error(
                        model.original_file_path ~ ', line ' ~ (loop.index + 1) ~ ' (' ~ label
                        ~ '), column ' ~ column ~ ': "' ~ (row[column] or '') | replace('\n', ' ') ~ '" is not ' ~ wanted
                    ) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}
