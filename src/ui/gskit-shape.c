/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a certificate or request that GSKit's commands make is like: GSKit says with -sigalg and
 * -size what one --key and --hash say. */
#include "base/text.h"
#include "op/facts.h"
#include "op/ops.h"
#include "pki/dn.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { SIGALG_MAX = 64 };

/* --- Signature algorithms --- */

/* A name without its underscores and hyphens, in capitals. */
static const struct sigalg {
	const char *name;
	const char *hash;
	bool ec;
} sigalgs[] = {
	{ "SHA256", "sha256", false },
	{ "SHA256WITHRSA", "sha256", false },
	{ "SHA256WITHECDSA", "sha256", true },
	{ "ECECDSAWITHSHA256", "sha256", true },
	{ "SHA384", "sha384", false },
	{ "SHA384WITHRSA", "sha384", false },
	{ "SHA384WITHECDSA", "sha384", true },
	{ "ECECDSAWITHSHA384", "sha384", true },
	{ "SHA512", "sha512", false },
	{ "SHA512WITHRSA", "sha512", false },
	{ "SHA512WITHECDSA", "sha512", true },
	{ "ECECDSAWITHSHA512", "sha512", true },
	/* Old names of the digests' sizes, nothing of SHA-3's. */
	{ "SHA3WITHRSA", "sha384", false },
	{ "SHA3WITHECDSA", "sha384", true },
	{ "SHA5WITHRSA", "sha512", false },
	{ "SHA5WITHECDSA", "sha512", true },
};

/* Why others are refused, by a part of their names; the first that is found counts. */
static const struct refusal {
	const char *part;
	const char *why;
} refusals[] = {
	{ "MD5", "MD5 is broken" },
	{ "DILITHIUM", "post-quantum signatures are not offered yet" },
	{ "KYBER", "it is no signature" },
	{ "DH", "it is no signature" },
	{ "PSS", "RSA signatures are made with PKCS#1 v1.5 here" },
	{ "SHA3", "SHA-3 is not offered" },
	{ "SHA224", "SHA-224 is not offered" },
	{ "WITHDSA", "DSA is not offered" },
	{ "SHA1", "SHA-1 is broken" },
	{ "SHAWITH", "SHA-1 is broken" },
};

static enum rc
refuse_sigalg(struct gskit *g, const char *name, struct err *err)
{
	const char *value = g->values[GSKIT_SIGALG];
	bool md5 = strstr(name, "MD5");

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (!strstr(name, refusals[i].part))
			continue;
		(void)err_set(err, RC_WEAK, "-sigalg %s is refused: %s", ESC(value),
			      refusals[i].why);
		(void)err_hint(err, "-sigalg SHA256WithRSA and SHA256WithECDSA are good, and so "
				    "are those with SHA384 and SHA512");
		return gskit_refuse(g, md5 && g->fips ? GSKIT_MD5_FIPS : GSKIT_BAD_SIGALG, RC_WEAK,
				    err);
	}
	(void)err_set(err, RC_USAGE, "-sigalg takes %s, not '%s'",
		      gskit_flag_info(GSKIT_SIGALG)->values, ESC(value));
	return gskit_refuse(g, GSKIT_BAD_SIGALG, RC_USAGE, err);
}

/* What -sigalg names; RSA with SHA-256 where it was not given. */
static enum rc
find_sigalg(struct gskit *g, const struct sigalg **found, struct err *err)
{
	const char *value = g->values[GSKIT_SIGALG];
	char name[SIGALG_MAX + 1];
	size_t size = 0;

	*found = &sigalgs[0];
	if (!value)
		return RC_OK;
	for (; *value && size < SIGALG_MAX; value++) {
		if (*value >= 'a' && *value <= 'z')
			name[size++] = (char)(*value - 'a' + 'A');
		else if (*value != '_' && *value != '-')
			name[size++] = *value;
	}
	name[size] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(sigalgs); i++) {
		*found = &sigalgs[i];
		if (strcmp(sigalgs[i].name, name) == 0)
			return RC_OK;
	}
	return refuse_sigalg(g, name, err);
}

enum rc
gskit_set_hash(struct gskit *g, struct err *err)
{
	const struct sigalg *sigalg;
	enum rc rc = find_sigalg(g, &sigalg, err);

	if (!rc && g->values[GSKIT_SIGALG])
		rc = args_set(&g->args, P_HASH, sigalg->hash, err);
	return rc;
}

/* --- Keys --- */

static const struct curve {
	const char *size;
	const char *key;
	const char *hash; /* the digest that goes with it where no size is said */
} curves[] = {
	{ "256", "ec:p256", "sha256" },    { "384", "ec:p384", "sha384" },
	{ "521", "ec:p521", "sha512" },    { "512", "ec:p521", NULL },
	{ "prime256v1", "ec:p256", NULL }, { "secp256r1", "ec:p256", NULL },
	{ "secp384r1", "ec:p384", NULL },  { "secp521r1", "ec:p521", NULL },
	{ "P256", "ec:p256", NULL },       { "P384", "ec:p384", NULL },
	{ "P521", "ec:p521", NULL },
};

static const char *
curve_key(const char *size, const char *hash)
{
	for (size_t i = 0; i < ARRAY_SIZE(curves); i++) {
		if (size ? text_equal_ascii(curves[i].size, size)
			 : hash && curves[i].hash && strcmp(curves[i].hash, hash) == 0)
			return curves[i].key;
	}
	return NULL;
}

static enum rc
bad_size(struct gskit *g, enum rc rc, const char *goes, struct err *err)
{
	(void)err_set(err, rc, "-size %s: %s", ESC(g->values[GSKIT_SIZE]), goes);
	return gskit_refuse(g, GSKIT_BAD_SIZE, rc, err);
}

static enum rc
set_rsa_key(struct gskit *g, struct err *err)
{
	const char *size = g->values[GSKIT_SIZE] ? g->values[GSKIT_SIZE] : "2048";
	struct buf text = BUF_INIT;
	const char *key;
	enum rc rc;

	if (curve_key(size, NULL) && strcmp(size, "512") != 0) {
		return bad_size(g, RC_USAGE,
				"that is an elliptic curve, which goes with a -sigalg for ECDSA",
				err);
	}
	buf_printf(&text, "rsa:%s", size);
	rc = gskit_keep(g, &key, &text, err);
	if (rc)
		return rc;
	rc = key_type_check(key, NULL);
	if (rc == RC_WEAK)
		return bad_size(
		    g, rc, "too weak: RSA keys have at least 2048 bits, and a multiple of 8", err);
	if (rc)
		return bad_size(g, rc, "RSA keys have 2048 to 8192 bits", err);
	return args_set(&g->args, P_KEY, key, err);
}

static enum rc
set_key(struct gskit *g, const struct sigalg *sigalg, struct err *err)
{
	const char *key;

	if (!sigalg->ec)
		return set_rsa_key(g, err);
	key = curve_key(g->values[GSKIT_SIZE], sigalg->hash);
	if (!key)
		return bad_size(g, RC_USAGE, "curves have 256, 384 or 521 bits", err);
	return args_set(&g->args, P_KEY, key, err);
}

/* --- Names and usages --- */

/* What a name has before it as an alternative name. */
static const char *
san_type(enum gskit_flag flag)
{
	switch (flag) {
	case GSKIT_SAN_EMAIL:
		return "email";
	case GSKIT_SAN_IP:
		return "ip";
	default:
		return "dns";
	}
}

enum rc
gskit_take_san(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	struct span item;
	const char *name;
	enum rc rc = RC_OK;

	while (!rc && text_next_item(&value, &item)) {
		struct buf text = BUF_INIT;

		if (!item.size)
			return err_set(err, RC_USAGE, "%s has a name that is empty",
				       gskit_flag_info(v->flag)->name);
		buf_printf(&text, "%s:", san_type(v->flag));
		buf_put(&text, item);
		rc = gskit_keep(g, &name, &text, err);
		if (!rc)
			rc = gskit_set(&g->args, v->param, name, err);
	}
	return rc;
}

/* GSKit's names of usages that others write differently. */
static void
put_usage(struct buf *text, struct span item)
{
	if (text_equal_folded(item, span_text("any")))
		buf_put_text(text, "anyExtendedKeyUsage");
	else if (text_equal_folded(item, span_text("SSLStepUpApproval")))
		buf_put_text(text, "nsSGC");
	else
		buf_put(text, item);
}

enum rc
gskit_take_usages(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	struct buf text = BUF_INIT;
	struct span item;
	const char *list;
	enum rc rc;

	while (text_next_item(&value, &item)) {
		buf_put_text(&text, text.size ? "," : "");
		put_usage(&text, item);
	}
	rc = gskit_keep(g, &list, &text, err);
	return rc ? rc : gskit_set(&g->args, v->param, list, err);
}

enum rc
gskit_take_ca(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)v;
	if (text_equal_ascii(value, "true") || text_equal_ascii(value, "false"))
		return RC_OK;
	(void)err_set(err, RC_USAGE, "-ca takes true or false, not '%s'", ESC(value));
	return gskit_refuse(g, GSKIT_BAD_CA, RC_USAGE, err);
}

enum rc
gskit_take_version(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)v;
	if (strcmp(value, "3") == 0)
		return RC_OK;
	(void)err_set(err, RC_USAGE,
		      "-x509version %s: certificates are made in version 3, which alone has "
		      "extensions",
		      ESC(value));
	return gskit_refuse(g, GSKIT_BAD_VERSION, RC_USAGE, err);
}

/* --- Subjects --- */

static enum rc
check_subject(struct gskit *g, struct span name, struct err *err)
{
	struct buf cn = BUF_INIT;
	bool has_cn = dn_get(&cn, name, OID_CN) && cn.size;

	buf_release(&cn);
	if (has_cn)
		return RC_OK;
	(void)err_set(err, RC_USAGE, "the subject has no common name");
	(void)err_hint(err, "-dn \"CN=NAME,O=ORGANIZATION,C=GB\" has one");
	return gskit_refuse(g, GSKIT_NO_CN, RC_USAGE, err);
}

enum rc
gskit_take_dn(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	struct buf name = BUF_INIT;
	enum rc rc = gskit_refuse(g, GSKIT_BAD_DN, dn_parse(&name, value, err), err);

	if (!rc)
		rc = check_subject(g, buf_span(&name), err);
	if (!rc)
		rc = gskit_set(&g->args, v->param, value, err);
	buf_release(&name);
	return rc;
}

/* The subject of the first certificate or request in a file; empty where there is none. */
static struct span
first_subject(const struct shown_file *file)
{
	struct facts f;

	for (size_t i = 0; i < file->row_count; i++) {
		facts_brief_of(&f, &file->rows[i], &file->db);
		if (f.has_cert)
			return f.cert.subject;
		if (f.has_csr)
			return f.csr.subject;
	}
	return SPAN_NONE;
}

static enum rc
take_subject(struct gskit *g, const struct shown_file *file, struct err *err)
{
	struct span name = first_subject(file);
	struct buf text = BUF_INIT;
	const char *subject;
	enum rc rc;

	if (file->error.rc) {
		*err = file->error;
		return gskit_refuse(g, GSKIT_BAD_FILE, err->rc, err);
	}
	if (!name.size) {
		(void)err_set(err, RC_NOT_FOUND,
			      "'%s' holds no certificate and no request to take the subject from",
			      ESC(g->values[GSKIT_TEMPLATE]));
		return gskit_refuse(g, GSKIT_BAD_DN, RC_NOT_FOUND, err);
	}
	rc = check_subject(g, name, err);
	if (rc)
		return rc;
	dn_put(&text, name);
	rc = gskit_keep(g, &subject, &text, err);
	return rc ? rc : args_set(&g->args, P_SUBJECT, subject, err);
}

static enum rc
read_template(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc = show_look(&result, g->values[GSKIT_TEMPLATE], err);

	if (!rc)
		rc = take_subject(g, &result.shown[0], err);
	result_release(&result);
	return rc;
}

static enum rc
set_subject(struct gskit *g, struct err *err)
{
	if (g->values[GSKIT_TEMPLATE] && g->values[GSKIT_DN]) {
		(void)err_set(err, RC_USAGE, "-dn and -template both say the subject: give one");
		return gskit_refuse(g, GSKIT_ARGUMENTS, RC_USAGE, err);
	}
	if (g->values[GSKIT_TEMPLATE])
		return read_template(g, err);
	if (g->values[GSKIT_DN])
		return RC_OK;
	(void)err_set(err, RC_USAGE, "%s %s needs -dn or -template: whose is it to be?",
		      g->action->object, g->action->name);
	return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
}

/* --- All of it --- */

/* Queue managers are servers and clients in one. */
enum rc
gskit_set_profile(struct gskit *g, struct err *err)
{
	const char *ca = g->values[GSKIT_CA];

	return args_set(&g->args, P_PROFILE, ca && text_equal_ascii(ca, "true") ? "ca" : "peer",
			err);
}

enum rc
gskit_set_shape(struct gskit *g, struct err *err)
{
	const struct sigalg *sigalg;
	enum rc rc = find_sigalg(g, &sigalg, err);

	if (!rc)
		rc = set_subject(g, err);
	if (!rc)
		rc = set_key(g, sigalg, err);
	/* An issuer's key has a digest of its own unless one is said. */
	if (!rc && (g->values[GSKIT_SIGALG] || !g->values[GSKIT_CA_LABEL]))
		rc = args_set(&g->args, P_HASH, sigalg->hash, err);
	if (!rc)
		rc = gskit_set_profile(g, err);
	/* A label is no host's name. */
	if (!rc && !g->args.given[P_SAN])
		rc = args_set(&g->args, P_NO_NAMES, NULL, err);
	return rc;
}
