/*
id: documents-sequence-gaps
version: 1
title: Numbers missing or used twice
purpose: >-
  Walks through the numbers of each series from the lowest to the highest and finds those that are missing and those
  that were used twice.
method: sequence-gaps
assertion: completeness
populations: [numbered_documents]
tests: numbered_documents
limits: >-
  Void documents use up their number and count. Numbers before the lowest and after the highest are not known to be
  missing. A series that is mostly missing is no sequence and is left out, and counted as left out.
*/
SELECT document_id AS item, series AS grp, number AS value, issued_at, status
FROM numbered_documents
