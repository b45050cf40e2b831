/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a single certificate on a path must be: RFC 5280 sections 6.1.3 and 6.1.4. */
#include "base/text.h"
#include "pki/dn.h"
#include "pki/path-parts.h"

#include <stdarg.h>
#include <stdio.h>

const char *
path_name(char out[PATH_SUBJECT_MAX], struct span name, const struct cert *c)
{
	struct buf text = BUF_INIT;
	size_t size;

	if (dn_is_empty(name)) {
		buf_put_text(&text, "serial ");
		cert_put_serial(&text, c);
	} else {
		dn_put(&text, name);
	}
	size = text.size;
	if (size >= PATH_SUBJECT_MAX) {
		size = PATH_SUBJECT_MAX - sizeof("...");
		while (size > 0 && (text.data[size] & 0xc0) == 0x80)
			size--;
		buf_cut(&text, size);
		buf_put_text(&text, "...");
	}
	(void)snprintf(out, PATH_SUBJECT_MAX, "%s", buf_text(&text));
	buf_release(&text);
	return out;
}

bool
path_fault(struct path_fault *fault, const struct cert *who, const char *code, const char *format,
	   ...)
{
	char name[PATH_SUBJECT_MAX];
	va_list args;
	int used;

	fault->code = code;
	used = snprintf(fault->reason, sizeof(fault->reason), "'%s' ",
			path_name(name, who->subject, who));
	va_start(args, format);
	(void)vsnprintf(fault->reason + used, sizeof(fault->reason) - (size_t)used, format, args);
	va_end(args);
	return false;
}

static bool
check_dates(const struct cert *c, int64_t at, struct path_fault *fault)
{
	char when[TEXT_TIME_MAX];

	if (at < c->not_before)
		return path_fault(fault, c, "not-yet-valid", "is not valid before %s",
				  text_time(when, c->not_before));
	if (at > c->not_after)
		return path_fault(fault, c, "expired", "expired at %s",
				  text_time(when, c->not_after));
	return true;
}

/* Extensions that are processed here, or, as the distribution points, only say where to look. */
static bool
is_processed(enum oid id)
{
	switch (id) {
	case OID_EXT_BASIC_CONSTRAINTS:
	case OID_EXT_KEY_USAGE:
	case OID_EXT_EKU:
	case OID_EXT_SAN:
	case OID_EXT_IAN:
	case OID_EXT_NAME_CONSTRAINTS:
	case OID_EXT_SKI:
	case OID_EXT_AKI:
	case OID_EXT_CRL_DP:
		return true;
	default:
		return false;
	}
}

static bool
is_policy(enum oid id)
{
	return id == OID_EXT_POLICIES || id == OID_EXT_POLICY_MAPPINGS ||
	       id == OID_EXT_POLICY_CONSTRAINTS || id == OID_EXT_INHIBIT_ANY;
}

static bool
fault_unknown(struct path_fault *fault, const struct cert *c, const struct ext *x)
{
	struct buf name = BUF_INIT;
	enum oid id = oid_find(x->oid);

	oid_put_name(&name, x->oid);
	(void)path_fault(fault, c, "unknown-critical",
			 is_policy(id) ? "has the critical extension %s, and certificate policies "
					 "are not processed"
				       : "has the critical extension %s, which is not known",
			 buf_text(&name));
	buf_release(&name);
	return false;
}

static bool
check_extensions(const struct cert *c, struct path_fault *fault)
{
	struct span rest = c->extensions;
	struct ext x;

	if (ext_has_duplicate(rest))
		return path_fault(fault, c, "damaged", "has an extension twice");
	while (!ext_next(&rest, &x)) {
		if (x.critical && !is_processed(oid_find(x.oid)))
			return fault_unknown(fault, c, &x);
		if (ext_check(&x))
			return path_fault(fault, c, "damaged", "has a damaged extension %s",
					  oid_name(oid_find(x.oid)));
	}
	return true;
}

/* extendedKeyUsage limits what stands below it too: not in RFC 5280, but everywhere else. */
static bool
check_purpose(const struct cert *c, enum purpose purpose, struct path_fault *fault)
{
	enum oid usage = purpose == PURPOSE_SERVER ? OID_EKU_SERVER : OID_EKU_CLIENT;
	struct ext x;

	if (purpose == PURPOSE_ANY || !cert_ext(c, OID_EXT_EKU, &x))
		return true;
	if (ext_has_eku(x.value, oid_octets(usage)) ||
	    ext_has_eku(x.value, oid_octets(OID_EKU_ANY)))
		return true;
	return path_fault(fault, c, "purpose", "is not for %s: its extended key usage lacks %s",
			  purpose == PURPOSE_SERVER ? "servers" : "clients", oid_name(usage));
}

static bool
check_common(const struct cert *c, const struct path_query *query, struct path_fault *fault)
{
	return check_dates(c, query->at, fault) && check_extensions(c, fault) &&
	       check_purpose(c, query->purpose, fault);
}

/* The bits of keyUsage; all of them when it is not there. */
static unsigned
key_usage(const struct cert *c)
{
	unsigned bits;
	struct ext x;

	if (!cert_ext(c, OID_EXT_KEY_USAGE, &x))
		return ~0U;
	return ext_key_usage(x.value, &bits) ? 0 : bits;
}

bool
path_check_leaf(const struct cert *leaf, const struct path_query *query, struct path_fault *fault)
{
	unsigned wanted = KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT;

	if (!check_common(leaf, query, fault))
		return false;
	if (query->purpose == PURPOSE_ANY)
		return true;
	if (query->purpose == PURPOSE_SERVER)
		wanted |= KU_KEY_ENCIPHERMENT;
	if (key_usage(leaf) & wanted)
		return true;
	return path_fault(fault, leaf, "key-usage", "has a key usage that is not for %s",
			  query->purpose == PURPOSE_SERVER ? "servers" : "clients");
}

bool
path_check_host(const struct cert *leaf, const char *host, struct path_fault *fault)
{
	struct span names = cert_names(leaf);
	struct name name;

	if (!names.size)
		return path_fault(fault, leaf, "host-mismatch",
				  "has no alternative names, and the common name does not count");
	while (!name_next(&names, &name)) {
		if (name_matches_host(&name, host))
			return true;
	}
	return path_fault(fault, leaf, "host-mismatch", "is not for %.80s", ESC(host));
}

bool
path_check_issuer(const struct cert *issuer, size_t below, const struct path_query *query,
		  struct path_fault *fault)
{
	int length = cert_path_length(issuer);

	if (!check_common(issuer, query, fault))
		return false;
	if (!cert_is_ca(issuer))
		return path_fault(fault, issuer, "not-a-ca", "is no certification authority");
	if (!(key_usage(issuer) & KU_KEY_CERT_SIGN))
		return path_fault(fault, issuer, "key-usage",
				  "may not sign certificates: its key usage lacks keyCertSign");
	if (length >= 0 && below > (size_t)length) {
		return path_fault(fault, issuer, "path-too-long",
				  "allows %d certification authorities below it, there are %zu",
				  length, below);
	}
	return true;
}
