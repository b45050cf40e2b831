/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gskkyman -g: what a certificate is for, by the request and the flags. The operation that signs
 * leaves out what nobody said it shall take over; here that is told. */
#include "base/text.h"
#include "op/facts.h"
#include "op/ops.h"
#include "pki/profile.h"
#include "ui/gskkyman.h"

#include <string.h>

static const char default_days[] = "365";

/* RFC 5480 section 3: what an end entity's EC key may be for. The first is the default. */
static const struct key_type {
	const char *name;
	const char *usage;
} key_types[] = {
	{ "ecgen", "digitalSignature,nonRepudiation,keyAgreement" },
	{ "ecdsa", "digitalSignature,nonRepudiation" },
	{ "ecdh", "keyAgreement" },
};

/* The key usage of a type; NULL for none that there is. */
static const char *
usage_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(key_types); i++) {
		if (strcmp(key_types[i].name, name) == 0)
			return key_types[i].usage;
	}
	return NULL;
}

bool
gsk_is_key_type(const char *name)
{
	return usage_by_name(name) != NULL;
}

/* --- What is left out --- */

/* What is being compared: what is asked for with what there will be. */
struct comparison {
	bool ca;
	unsigned usage; /* key usage that it gets */
	struct buf out; /* names, commas between */
};

static struct buf *
next_name(struct comparison *c)
{
	buf_put_text(&c->out, c->out.size ? ", " : "");
	return &c->out;
}

static void
compare_usage(struct comparison *c, struct span value)
{
	unsigned asked = 0;

	if (!ext_key_usage(value, &asked) && asked & ~c->usage)
		ext_put_key_usage(next_name(c), asked & ~c->usage);
}

static void
compare_ekus(struct comparison *c, struct span value)
{
	struct span oids;
	struct span oid;

	if (ext_ekus(value, &oids))
		return;
	while (!ext_next_oid(&oids, &oid)) {
		if (c->ca || (!oid_is(oid, OID_EKU_SERVER) && !oid_is(oid, OID_EKU_CLIENT)))
			oid_put_name(next_name(c), oid);
	}
}

static void
compare_constraints(struct comparison *c, struct span value)
{
	int length;
	bool ca = false;

	if (!ext_basic_constraints(value, &ca, &length) && ca && !c->ca)
		buf_put_text(next_name(c), "to be a CA (-ca)");
}

static void
compare(struct comparison *c, const struct ext *x)
{
	switch (oid_find(x->oid)) {
	case OID_EXT_SAN:
	case OID_EXT_SKI:
	case OID_EXT_AKI:
		break;
	case OID_EXT_KEY_USAGE:
		compare_usage(c, x->value);
		break;
	case OID_EXT_EKU:
		compare_ekus(c, x->value);
		break;
	case OID_EXT_BASIC_CONSTRAINTS:
		compare_constraints(c, x->value);
		break;
	default:
		oid_put_name(next_name(c), x->oid);
		break;
	}
}

/* The key usage that the certificate gets. */
static unsigned
usage_of(const struct gsk *g, const struct facts *f)
{
	enum profile profile = g->values[GSK_CA] ? PROFILE_CA : PROFILE_PEER;
	unsigned bits = 0;

	if (!g->args.given[P_KU])
		return profile_key_usage(profile, strncmp(f->key, "rsa:", 4) == 0);
	return ext_parse_key_usage(g->args.text[P_KU], &bits, NULL) ? 0 : bits;
}

static enum rc
tell_left_out(const struct gsk *g, const struct facts *f, struct err *err)
{
	struct comparison c = {
		.ca = g->values[GSK_CA],
		.usage = usage_of(g, f),
		.out = BUF_INIT,
	};
	struct span rest = f->csr.extensions;
	struct buf text = BUF_INIT;
	struct ext x;
	enum rc rc;

	while (!ext_next(&rest, &x))
		compare(&c, &x);
	if (c.out.size) {
		buf_printf(&text, "the request asks for what the certificate does not get: %s",
			   buf_text(&c.out));
		gsk_warn(g, buf_text(&text));
	}
	rc = c.out.bad ? RC_NO_MEMORY : buf_rc(&text);
	buf_release(&text);
	buf_release(&c.out);
	return err_default(err, rc);
}

/* --- The request and the flags --- */

static enum rc
set_usage(struct gsk *g, const struct facts *f, struct err *err)
{
	const char *name = g->values[GSK_KEY_TYPE];
	bool is_ec = strncmp(f->key, "ec:", 3) == 0;

	if (g->values[GSK_CA] || (!name && !is_ec))
		return RC_OK;
	if (!is_ec)
		return err_set(err, RC_USAGE, "-kt is for requests with an EC key; this one has %s",
			       f->key[0] ? f->key : "another");
	return args_set(&g->args, P_KU, name ? usage_by_name(name) : key_types[0].usage, err);
}

static enum rc
use_request(struct gsk *g, const struct shown_file *file, struct err *err)
{
	struct facts f;
	enum rc rc;

	for (size_t i = 0; i < file->row_count; i++) {
		if (!file->rows[i].request)
			continue;
		facts_of(&f, &file->rows[i], &file->db);
		rc = set_usage(g, &f, err);
		return rc ? rc : tell_left_out(g, &f, err);
	}
	/* The operation says that there is no request, or why it cannot be read. */
	return RC_OK;
}

/* Looks at the request beforehand: its key decides what the certificate can be for. */
static enum rc
look_at_request(struct gsk *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc = show_look(&result, g->args.words.items[0], err);

	if (!rc)
		rc = use_request(g, &result.shown[0], err);
	result_release(&result);
	return rc;
}

struct setting {
	enum param param;
	const char *value;
};

/* Without -ic the certificate alone; with it all up to the root, since the signer is mostly one. */
static enum rc
set_form(struct gsk *g, struct err *err)
{
	bool chain = g->values[GSK_CHAIN];
	const struct setting settings[] = {
		{ P_PROFILE, g->values[GSK_CA] ? "ca" : "peer" },
		{ P_FORMAT, chain ? "p7b" : "pem" },
		{ chain ? P_ROOT : P_NO_CHAIN, NULL },
		{ P_YES, NULL },
	};
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(settings); i++)
		rc = args_set(&g->args, settings[i].param, settings[i].value, err);
	if (!rc && !g->args.given[P_DAYS])
		rc = args_set(&g->args, P_DAYS, default_days, err);
	return rc;
}

enum rc
gsk_convert_sign(struct gsk *g, struct err *err)
{
	enum rc rc = set_form(g, err);

	return rc ? rc : look_at_request(g, err);
}
