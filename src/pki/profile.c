/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/profile.h"

#include "base/text.h"
#include "pki/der.h"

static const struct profile_rules rules[] = {
	[PROFILE_NONE] = { .name = NULL },
	[PROFILE_CA] = { "ca", KU_KEY_CERT_SIGN | KU_CRL_SIGN, false, { OID_NONE, OID_NONE } },
	[PROFILE_SERVER] = { "server", KU_DIGITAL_SIGNATURE, true, { OID_EKU_SERVER, OID_NONE } },
	[PROFILE_CLIENT] = { "client", KU_DIGITAL_SIGNATURE, false, { OID_EKU_CLIENT, OID_NONE } },
	[PROFILE_PEER] = { "peer", KU_DIGITAL_SIGNATURE, true, { OID_EKU_SERVER, OID_EKU_CLIENT } },
	[PROFILE_EMAIL] = { "email",
			    KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
			    true,
			    { OID_EKU_EMAIL, OID_NONE } },
	[PROFILE_CODE] = { "code", KU_DIGITAL_SIGNATURE, false, { OID_EKU_CODE, OID_NONE } },
	[PROFILE_OCSP] = { "ocsp", KU_DIGITAL_SIGNATURE, false, { OID_EKU_OCSP, OID_NONE } },
};

const struct profile_rules *
profile_rules(enum profile profile)
{
	return &rules[profile];
}

const char *
profile_name(enum profile profile)
{
	return rules[profile].name;
}

enum profile
profile_from_name(const char *name)
{
	size_t i;

	for (i = PROFILE_CA; i < ARRAY_SIZE(rules); i++) {
		if (text_equal_ascii(name, rules[i].name))
			return (enum profile)i;
	}
	return PROFILE_NONE;
}

unsigned
profile_key_usage(enum profile profile, bool is_rsa)
{
	unsigned bits = rules[profile].key_usage;

	if (is_rsa && rules[profile].enciphers)
		bits |= KU_KEY_ENCIPHERMENT;
	return bits;
}

/* Whether the usages are the profile's, all and no other. */
static bool
has_ekus(const struct profile_rules *r, struct span value)
{
	struct span oids;
	struct span oid;
	size_t want = 0;
	size_t count = 0;
	size_t i;

	if (ext_ekus(value, &oids))
		return false;
	while (!ext_next_oid(&oids, &oid))
		count++;
	for (i = 0; i < PROFILE_EKUS; i++) {
		if (r->ekus[i] == OID_NONE)
			continue;
		want++;
		if (!ext_has_eku(value, oid_octets(r->ekus[i])))
			return false;
	}
	return count == want;
}

static bool
is_ca(struct span extensions)
{
	struct ext x;
	bool ca = false;
	int path_length;

	return ext_find(extensions, OID_EXT_BASIC_CONSTRAINTS, &x) &&
	       !ext_basic_constraints(x.value, &ca, &path_length) && ca;
}

enum profile
profile_of(struct span extensions)
{
	struct ext x;
	unsigned bits = 0;
	bool has_usage = ext_find(extensions, OID_EXT_KEY_USAGE, &x);
	size_t i;

	if (has_usage && ext_key_usage(x.value, &bits))
		return PROFILE_NONE;
	if (is_ca(extensions))
		return !has_usage || bits & KU_KEY_CERT_SIGN ? PROFILE_CA : PROFILE_NONE;
	if (!ext_find(extensions, OID_EXT_EKU, &x))
		return PROFILE_NONE;
	for (i = PROFILE_SERVER; i < ARRAY_SIZE(rules); i++) {
		if (!has_ekus(&rules[i], x.value))
			continue;
		if (has_usage && bits != rules[i].key_usage &&
		    (!rules[i].enciphers || bits != (rules[i].key_usage | KU_KEY_ENCIPHERMENT)))
			return PROFILE_NONE;
		return (enum profile)i;
	}
	return PROFILE_NONE;
}
