/*
id: network-admin-open
version: 1
title: Administrative ports closed to the internet
purpose: >-
  Finds each snapshot of the period in which a rule let the whole internet, or a large part of it, reach a port of
  administration.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.6, CC6.1]
populations: [network_rules]
tests: network_rules
parameters:
  - {name: ports, type: text, default: "22,23,445,1433,1521,2375,3306,3389,5432,5900,5985,5986,6379,9200,27017", meaning: "ports of administration and of databases, separated by commas"}
  - {name: widest, type: integer, default: "8", meaning: "length of the prefix from which a public network counts as the internet: this and shorter ones"}
limits: >-
  Rules are looked at one by one: several narrow ones that open the internet together, and an earlier rule that denies,
  are not put together. Services on other ports than the named ones, and what answers behind an open port, are not shown.
*/
WITH rules AS (
  SELECT *, TRY_CAST(CASE WHEN contains(source, '/') THEN split_part(source, '/', 2)
                          WHEN contains(source, ':') THEN '128' ELSE '32' END AS INTEGER) AS prefix,
         regexp_matches(source, '^([0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:.]*)(/.*)?$') AS address
  FROM network_rules
  WHERE direction = 'inbound' AND effect = 'allow'
    AND observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
),
scoped AS (
  SELECT *,
         lower(source) IN ('*', 'any', 'all', 'internet') OR address
           AND (prefix IS NULL OR prefix <= $widest::INTEGER)
           AND NOT coalesce(starts_with(source, '10.') AND prefix >= 8
                            OR regexp_matches(source, '^[fF][cdCD]') AND prefix >= 7, false) AS wide
  FROM rules
),
reached AS (
  SELECT s.rule_id, s.observed_at, min(p.port) AS port
  FROM scoped s
  JOIN (SELECT CAST(unnest(string_split(replace($ports::VARCHAR, ' ', ''), ',')) AS INTEGER) AS port) p
    ON s.protocol = 'any' OR s.protocol IN ('tcp', 'udp')
       AND p.port BETWEEN coalesce(s.port_from, 0) AND coalesce(s.port_to, s.port_from, 65535)
  WHERE s.wide
  GROUP BY ALL
)
SELECT s.rule_id || '|' || CAST(s.observed_at AS VARCHAR) AS item, r.rule_id IS NULL AS passed,
       CASE WHEN r.rule_id IS NULL THEN ''
            ELSE s.source || ' may reach port ' || r.port || coalesce(' of ' || s.target, '') || ' by '
                 || s.protocol END AS reason,
       s.target, s.protocol, s.source, s.port_from, s.port_to
FROM scoped s
LEFT JOIN reached r ON r.rule_id = s.rule_id AND r.observed_at = s.observed_at
