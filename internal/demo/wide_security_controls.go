package demo

import "tickmark/internal/audit"

// securityControls are the controls over security operations and governance.
var securityControls = []audit.Control{
	{
		Code: "WS-01", Title: "Taking on alerts and events",
		Text: "The security analyst on duty takes on each alert of the monitoring service within 15 minutes if critical, an hour if high, and a working day or a day otherwise, and decides within a day for each report in the service desk whether it is an incident. Both systems keep the name, the time and the decision.",
		Kind: "detective", Automation: "manual", Frequency: "many-times-a-day", Owner: "Head of Information Security",
		Criteria: []string{"CC7.2", "CC7.3", "CC7.4"}, Objectives: []string{"CO-8"}, Procedures: []string{"alert-acknowledged-late", "event-untriaged"},
	},
	{
		Code: "WS-02", Title: "Register of breaches",
		Text: "The privacy office enters each incident that touches personal data in the register of breaches within a day. The Head of Information Security decides within three days who must be told, and Client Services tells authorities and persons by the due times; the register keeps each of them.",
		Kind: "corrective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Information Security",
		Criteria: []string{"CC7.3", "P6.3", "P6.6"}, Procedures: []string{"breach-unregistered", "breach-notice-late"},
	},
	{
		Code: "WS-03", Title: "Capacity thresholds",
		Text: "The monitoring service raises a capacity event when a measure passes its threshold. A systems administrator decides within a day what to do about each that does not pass by itself, and records action and ticket with the event.",
		Kind: "detective", Automation: "it-dependent", Frequency: "continuous", Owner: "Head of Information Technology",
		Criteria: []string{"A1.1", "CC7.2"}, Procedures: []string{"capacity-breach-unaddressed"},
	},
	{
		Code: "WS-04", Title: "Log sources",
		Text: "Before an asset that must log comes into use a systems administrator connects it to the monitoring service, which raises an alert when a source is silent. Every month a security engineer compares the sources with the asset inventory and keeps the comparison in the service desk.",
		Kind: "detective", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Information Security",
		Criteria: []string{"CC2.1", "CC7.2"}, Procedures: []string{"log-source-missing", "log-source-silent"},
	},
	{
		Code: "WS-05", Title: "Scans and fixing of weaknesses",
		Text: "Every four weeks the scanner examines each server and network device from within, in addition to the weekly scans. The owners fix what it finds within 15 days if critical, 30 if high, 90 if medium and 180 if low; the Head of Information Security accepts risks in the scanner with a last day.",
		Kind: "detective", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Information Security",
		Criteria: []string{"CC7.1", "CC6.8"}, Procedures: []string{"scan-coverage-gap", "vulnerability-overdue"},
	},
	{
		Code: "WS-06", Title: "Configuration baselines",
		Text: "The configuration management tool compares every server with its baseline each night. Administrators resolve a difference within the business days of its severity, or have the Head of Information Technology accept it with a last day in the tool.",
		Kind: "detective", Automation: "automated", Frequency: "daily", Owner: "Head of Information Technology",
		Criteria: []string{"CC5.2", "CC7.1", "CC8.1"}, Procedures: []string{"baseline-deviation-overdue"},
	},
	{
		Code: "WS-07", Title: "Certificates of destruction",
		Text: "A service desk analyst files for each asset that leaves Meridian with data a certificate of wiping or destruction in the asset inventory within thirty days, and compares the serial number that it names with the record.",
		Kind: "preventive", Automation: "manual", Frequency: "event-driven", Owner: "Head of Information Technology",
		Criteria: []string{"CC6.5", "C1.2", "P4.3"}, Procedures: []string{"asset-disposal-uncertified"},
	},
	{
		Code: "WS-08", Title: "Integrity of archives",
		Text: "Every month a job of the document store computes the hash of each archive and compares it with the one kept when it was stored. A systems administrator looks into each difference and notes the cause in the service desk.",
		Kind: "detective", Automation: "automated", Frequency: "monthly", Owner: "Head of Information Technology",
		Criteria: []string{"PI1.5", "CC7.1"}, Procedures: []string{"stored-hash-mismatch"},
	},
	{
		Code: "WS-09", Title: "Settings of data stores",
		Text: "At the close of each quarter a security engineer exports the inventory of data stores and resolves, with the owner of each, those without a class or an owner, not encrypted, open to everybody, or in production and not replicated. The export and the tickets are kept.",
		Kind: "detective", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
		Criteria: []string{"CC6.1", "CC6.7", "C1.1", "A1.2"}, Procedures: []string{"data-store-not-replicated", "data-store-public", "data-store-unclassified", "data-store-unencrypted"},
	},
	{
		Code: "WS-10", Title: "Settings of resources",
		Text: "The hosting accounts accept only resources that are encrypted, need a second factor and block public access. At the close of each quarter a security engineer reads the settings of every resource from the inventory service and opens a ticket for each that differs.",
		Kind: "preventive", Automation: "automated", Frequency: "continuous", Owner: "Head of Information Security",
		Criteria: []string{"CC6.1", "CC6.6", "CC6.7"}, Procedures: []string{"resource-mfa-off", "resource-public", "resource-unencrypted"},
	},
	{
		Code: "WS-11", Title: "Posture scanner",
		Text: "Every quarter the posture scanner checks each resource of all accounts. A security engineer resolves failures, repeats checks that could not run, and adds resources that the inventory does not hold; the results of every run are kept.",
		Kind: "detective", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
		Criteria: []string{"CC7.1", "CC6.1", "CC6.8"}, Procedures: []string{"check-failures-of-inventory", "check-result-failed", "check-result-unlisted"},
	},
	{
		Code: "WS-12", Title: "Rotation of keys",
		Text: "The owners replace encryption and signing keys every year, certificates before they expire, and other keys every ninety days. At the close of each quarter a security engineer reviews the list of the key service for keys that are too old.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
		Criteria: []string{"CC6.1"}, Procedures: []string{"key-stale"},
	},
	{
		Code: "WS-13", Title: "Ports of administration",
		Text: "Rules of the firewalls and security groups let nobody on the internet reach a port of administration or of a database. A security engineer exports all rules at the close of each quarter, reviews them and signs the list.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
		Criteria: []string{"CC6.6", "CC6.1"}, Procedures: []string{"network-admin-open"},
	},
	{
		Code: "WS-14", Title: "Encrypted connections",
		Text: "Every month an external scanner looks at each endpoint of Meridian for plain text, outdated versions of TLS and certificates that expired. A systems administrator corrects what it finds and attaches the repeated scan to the ticket.",
		Kind: "detective", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Information Technology",
		Criteria: []string{"CC6.7", "CC6.1"}, Procedures: []string{"tls-version-weak"},
	},
	{
		Code: "WS-15", Title: "Assessment of risks",
		Text: "Every spring the owner of each scope assesses its risks, including fraud and change, and the Chief Operating Officer approves the assessment. An event of a kind that the risk policy lists is assessed by Internal Audit within thirty days; both stand in the risk register.",
		Kind: "preventive", Automation: "manual", Frequency: "annual", Owner: "Head of Internal Audit",
		Criteria: []string{"CC3.2", "CC3.3", "CC3.4"}, Procedures: []string{"risk-assessment-current", "change-trigger-unassessed"},
	},
	{
		Code: "WS-16", Title: "Treatment of risks",
		Text: "The owner of a risk decides within thirty days how it is treated, names the controls against it and a last day; the Chief Operating Officer accepts those that are not treated. Internal Audit reviews the risk register every quarter and reports what is late.",
		Kind: "detective", Automation: "manual", Frequency: "quarterly", Owner: "Head of Internal Audit",
		Criteria: []string{"CC3.2", "CC5.1", "CC9.1"}, Procedures: []string{"risk-untreated", "risk-without-control"},
	},
	{
		Code: "WS-17", Title: "Approval of commitments",
		Text: "The Chief Operating Officer approves each commitment before it takes effect, and its owner links it in the commitments register to the risks that could keep it from being met. Internal Audit reviews the links every January.",
		Kind: "preventive", Automation: "manual", Frequency: "event-driven", Owner: "Chief Operating Officer",
		Criteria: []string{"CC3.1", "CC5.1"}, Procedures: []string{"commitment-unlinked"},
	},
	{
		Code: "WS-18", Title: "Meetings of the board",
		Text: "The board and its committees meet every quarter with a quorum and at least one independent member, and deal with security each time. The board secretary calls the meetings and keeps attendance and minutes.",
		Kind: "detective", Automation: "manual", Frequency: "quarterly", Owner: "Chief Operating Officer",
		Criteria: []string{"CC1.2", "CC4.2"}, Procedures: []string{"board-meeting-held"},
	},
	{
		Code: "WS-19", Title: "Evaluations and findings",
		Text: "Internal Audit keeps the plan of evaluations, has each performed on time by somebody who does not answer for the area, and follows every finding until its correction was tested by another person than its owner. Extensions are approved by the Head of Internal Audit before the due day.",
		Kind: "detective", Automation: "manual", Frequency: "quarterly", Owner: "Head of Internal Audit",
		Criteria: []string{"CC4.1", "CC4.2"}, Procedures: []string{"evaluation-on-cadence", "finding-overdue", "finding-not-retested"},
	},
	{
		Code: "WS-20", Title: "Review of governing documents",
		Text: "The author of each policy, standard and procedure reviews it every year, and the Chief Operating Officer or the head of the department approves each version in the policy portal before it takes effect.",
		Kind: "preventive", Automation: "manual", Frequency: "annual", Owner: "Chief Operating Officer",
		Criteria: []string{"CC5.3", "CC2.2", "PI1.1"}, Procedures: []string{"policy-review-lapsed"},
	},
	{
		Code: "WS-21", Title: "Upkeep of continuity plans",
		Text: "The owner of each continuity plan and impact analysis reviews it every spring, and Information Technology exercises the recovery plans every autumn. An exercise that missed its objectives is repeated; the continuity register keeps the results.",
		Kind: "corrective", Automation: "manual", Frequency: "annual", Owner: "Chief Operating Officer",
		Criteria: []string{"CC9.1", "A1.3", "CC7.5"}, Procedures: []string{"continuity-plan-stale"},
	},
	{
		Code: "WS-22", Title: "Contracts and reviews of suppliers",
		Text: "Before a contract with an important supplier is signed the Head of Information Security compares it with the list of required clauses. The owner of the relationship reviews critical suppliers every year and high ones every two years, and records the review in the vendor register.",
		Kind: "preventive", Automation: "manual", Frequency: "annual", Owner: "Head of Information Security",
		Criteria: []string{"CC9.2", "C1.1", "P6.4", "P6.5"}, Procedures: []string{"vendor-clause-missing", "vendor-review-lapsed"},
	},
	{
		Code: "WS-23", Title: "Papers before meetings of the board",
		Text: "The board secretary sends the members of the board and its committees the papers of each meeting at least five days before it. The papers hold readiness and risks as of a day of the last month, and the mailing list keeps what was sent.",
		Kind: "preventive", Automation: "manual", Frequency: "quarterly", Owner: "Chief Operating Officer",
		Criteria: []string{"CC1.2", "CC2.2"}, Procedures: []string{"board-pack-sent"},
	},
	{
		Code: "WS-24", Title: "Reviews by management",
		Text: "The security committee, the heads of payroll operations and the technology leads each review controls and risks every quarter. One manager writes the minutes, and another approves them within a month; the compliance calendar keeps both.",
		Kind: "detective", Automation: "manual", Frequency: "quarterly", Owner: "Chief Operating Officer",
		Criteria: []string{"CC4.1", "CC4.2", "CC5.3"}, Procedures: []string{"management-review-held"},
	},
	{
		Code: "WS-25", Title: "Evidence on schedule",
		Text: "The compliance manager compares every Monday the collections of each connection with its schedule, and has what is missing collected by the next day. The record of collections keeps each one.",
		Kind: "detective", Automation: "it-dependent", Frequency: "weekly", Owner: "Chief Operating Officer",
		Criteria: []string{"CC2.1", "CC4.1"}, Procedures: []string{"evidence-overdue"},
	},
	{
		Code: "WS-26", Title: "Word of control owners",
		Text: "After each quarter the compliance manager asks the owner of each important control whether it operated as it is worded. The owner answers in the compliance calendar within fifteen days; a refusal becomes a finding.",
		Kind: "detective", Automation: "manual", Frequency: "quarterly", Owner: "Chief Operating Officer",
		Criteria: []string{"CC1.5", "CC4.1"}, Procedures: []string{"attestation-missing"},
	},
}
