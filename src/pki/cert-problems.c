/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a certificate by itself. */
#include "base/text.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/dn.h"

#include <stdio.h>

enum { SERIAL_OCTETS_MAX = 20, MESSAGE_MAX = 160 };

struct report {
	const struct cert *c;
	bool verifies; /* its own signature */
	void (*found)(void *self, const char *code, const char *message);
	void *self;
};

static void
say(const struct report *r, const char *code, const char *message)
{
	r->found(r->self, code, message);
}

static void
check_version(const struct report *r)
{
	struct span tbs;
	struct span explicit;
	struct span number;

	if (r->c->extensions.data && r->c->version != 3)
		say(r, "version-extensions", "it has extensions and is not of version 3");
	if (der_only(r->c->tbs, DER_SEQUENCE, &tbs) ||
	    !der_optional(&tbs, DER_CONTEXT_SET(0), &explicit) ||
	    der_only(explicit, DER_INTEGER, &number))
		return;
	if (number.size != 1 || number.data[0] > 2)
		say(r, "version-unknown", "its version is none of 1, 2 and 3");
}

static void
check_serial(const struct report *r)
{
	struct span s = r->c->serial;
	bool padded = s.size > 1 && ((s.data[0] == 0 && !(s.data[1] & 0x80)) ||
				     (s.data[0] == 0xff && s.data[1] & 0x80));

	if (padded)
		say(r, "serial-form", "its serial number has needless leading octets");
	if (s.data[0] & 0x80)
		say(r, "serial-negative", "its serial number is negative");
	if (s.size == 1 && s.data[0] == 0)
		say(r, "serial-zero", "its serial number is zero");
	if (s.size > SERIAL_OCTETS_MAX)
		say(r, "serial-too-long", "its serial number has more than 20 octets");
}

/* The two dates once more: the view holds only what they mean. */
static bool
find_dates(const struct cert *c, struct tlv dates[2])
{
	struct span tbs;
	struct span value;
	struct tlv tlv;

	if (der_only(c->tbs, DER_SEQUENCE, &tbs))
		return false;
	(void)der_optional(&tbs, DER_CONTEXT_SET(0), &value); /* version 1 is not written */
	for (int i = 0; i < 3; i++) {                         /* serial, algorithm, issuer */
		if (der_next(&tbs, &tlv))
			return false;
	}
	return !der_take(&tbs, DER_SEQUENCE, &value) && !der_next(&value, &dates[0]) &&
	       !der_next(&value, &dates[1]);
}

/* RFC 5280 section 4.1.2.5: seconds and Z; UTCTime to 2049, GeneralizedTime from 2050. */
static bool
date_has_form(const struct tlv *date)
{
	bool utc = date->tag == DER_UTC_TIME;
	size_t size = utc ? 13 : 15;

	if (date->value.size != size || date->value.data[size - 1] != 'Z')
		return false;
	return utc || span_compare(date->value, span_text("2050")) >= 0;
}

static void
check_dates(const struct report *r)
{
	struct tlv dates[2];
	int64_t when;

	if (!find_dates(r->c, dates))
		return;
	for (int i = 0; i < 2; i++) {
		if (der_time(&dates[i], &when)) {
			say(r, "date-invalid",
			    i ? "its end is a date that does not exist"
			      : "its begin is a date that does not exist");
		} else if (!date_has_form(&dates[i])) {
			say(r, "date-form",
			    i ? "its end is not written as RFC 5280 demands"
			      : "its begin is not written as RFC 5280 demands");
		}
	}
	if (r->c->not_after < r->c->not_before)
		say(r, "dates-reversed", "it ends before it begins");
}

static void
check_extensions(const struct report *r)
{
	struct span rest = r->c->extensions;
	char message[MESSAGE_MAX];
	struct ext x;

	if (ext_has_duplicate(r->c->extensions))
		say(r, "duplicate-extension", "it has an extension twice");
	while (!ext_next(&rest, &x)) {
		if (!ext_check(&x))
			continue;
		(void)snprintf(message, sizeof(message), "its extension %s is damaged",
			       oid_name(oid_find(x.oid)));
		say(r, "extension-damaged", message);
	}
}

/* What RFC 5280 sections 4.2.1.3 and 4.2.1.9 demand of certification authorities. */
static void
check_authority(const struct report *r)
{
	bool ca = cert_is_ca(r->c);
	unsigned bits = ca ? KU_KEY_CERT_SIGN : 0;
	struct ext x;

	if (ca && cert_ext(r->c, OID_EXT_BASIC_CONSTRAINTS, &x) && !x.critical)
		say(r, "ca-not-critical", "its basicConstraints are not critical");
	if (cert_ext(r->c, OID_EXT_KEY_USAGE, &x) && ext_key_usage(x.value, &bits))
		return;
	if (ca && !(bits & KU_KEY_CERT_SIGN))
		say(r, "ca-key-usage", "it is a CA whose key usage lacks keyCertSign");
	if (!ca && bits & KU_KEY_CERT_SIGN)
		say(r, "ca-key-usage", "its key usage has keyCertSign, and it is no CA");
	if (!ca && cert_path_length(r->c) >= 0)
		say(r, "path-length", "it has a path length, and is no CA");
	if (!ca && cert_ext(r->c, OID_EXT_NAME_CONSTRAINTS, &x))
		say(r, "name-constraints", "it has name constraints, and is no CA");
}

/* RFC 5280 sections 4.1.2.4 and 4.1.2.6. */
static void
check_subjects(const struct report *r)
{
	struct ext x;

	if (dn_is_empty(r->c->issuer))
		say(r, "no-issuer-name", "its issuer is empty");
	if (!dn_is_empty(r->c->subject))
		return;
	if (!cert_ext(r->c, OID_EXT_SAN, &x))
		say(r, "no-subject", "it has neither a subject nor alternative names");
	else if (!x.critical)
		say(r, "no-subject", "its subject is empty, and its names are not critical");
}

static void
check_signature(const struct report *r)
{
	char reason[MESSAGE_MAX];
	const char *weak = cert_weak(r->c, reason, sizeof(reason));

	if (!span_equal(r->c->tbs_alg, r->c->sig_alg))
		say(r, "algorithm-mismatch", "it names two different signature algorithms");
	else if (r->verifies && cert_seems_self_signed(r->c) &&
		 cert_verify(r->c, r->c->spki) == RC_INVALID)
		say(r, "bad-signature", "its signature is not by its own key");
	if (weak)
		say(r, "weak", weak);
}

static void
check_all(const struct report *r)
{
	check_version(r);
	check_serial(r);
	check_dates(r);
	check_subjects(r);
	check_extensions(r);
	check_authority(r);
	check_signature(r);
}

void
cert_problems(const struct cert *c,
	      void (*found)(void *self, const char *code, const char *message), void *self)
{
	const struct report r = { .c = c, .verifies = true, .found = found, .self = self };

	check_all(&r);
}

void
cert_problems_of_form(const struct cert *c,
		      void (*found)(void *self, const char *code, const char *message), void *self)
{
	const struct report r = { .c = c, .found = found, .self = self };

	check_all(&r);
}
