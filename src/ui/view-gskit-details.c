/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -details as GSKit prints them, to the blank behind "SHA1 :" and the lines between the dates. */
#include "base/text.h"
#include "op/facts.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { BYTES_A_LINE = 16, BYTES_INDENT = 4 };

/* --- Bytes and names --- */

void
gskit_put_bytes(struct out *out, struct span bytes)
{
	for (size_t i = 0; i < bytes.size; i++) {
		if (i % BYTES_A_LINE == 0) {
			out_text(out, i ? "\n" : "");
			out_blanks(out, BYTES_INDENT);
		} else {
			out_text(out, " ");
		}
		out_printf(out, "%02X", bytes.data[i]);
	}
	out_text(out, "\n");
}

static void
put_dn(struct out *out, const char *field, struct span name)
{
	struct buf text = BUF_INIT;

	dn_put(&text, name);
	out_printf(out, "%s : ", field);
	out_buf(out, &text);
	out_text(out, "\n");
	buf_release(&text);
}

static void
put_label(struct out *out, struct span label)
{
	out_text(out, "Label : ");
	out_escaped(out, label);
	out_text(out, "\n");
}

/* GSKit's names of algorithms. */
static const struct algorithm {
	enum oid id;
	const char *name;
} algorithms[] = {
	{ OID_RSA, "RSA" },
	{ OID_EC_KEY, "EC_ecPublicKey" },
	{ OID_MD5_RSA, "MD5WithRSASignature" },
	{ OID_SHA1_RSA, "SHA1WithRSASignature" },
	{ OID_SHA224_RSA, "SHA224WithRSASignature" },
	{ OID_SHA256_RSA, "SHA256WithRSASignature" },
	{ OID_SHA384_RSA, "SHA384WithRSASignature" },
	{ OID_SHA512_RSA, "SHA512WithRSASignature" },
	{ OID_RSA_PSS, "RSASSAPSS" },
	{ OID_ECDSA_SHA1, "EC_ecdsa_with_SHA1" },
	{ OID_ECDSA_SHA224, "EC_ecdsa_with_SHA224" },
	{ OID_ECDSA_SHA256, "EC_ecdsa_with_SHA256" },
	{ OID_ECDSA_SHA384, "EC_ecdsa_with_SHA384" },
	{ OID_ECDSA_SHA512, "EC_ecdsa_with_SHA512" },
};

/* "NAME (1.2.3)", of an unknown one the OID alone. */
static void
put_algorithm(struct out *out, const char *field, struct span oid)
{
	enum oid id = oid_find(oid);
	struct buf text = BUF_INIT;

	out_printf(out, "%s : ", field);
	for (size_t i = 0; i < ARRAY_SIZE(algorithms) && !text.size; i++) {
		if (id != OID_NONE && algorithms[i].id == id)
			buf_put_text(&text, algorithms[i].name);
	}
	if (!text.size && id != OID_NONE)
		buf_put_text(&text, oid_name(id));
	buf_put_text(&text, text.size ? " (" : "(");
	oid_put_dotted(&text, oid);
	out_buf(out, &text);
	out_text(out, ")\n");
	buf_release(&text);
}

static void
put_digest(struct out *out, const char *name, enum hash hash, struct span der)
{
	unsigned char digest[DIGEST_MAX];

	if (digest_of(hash, der, digest))
		return;
	out_printf(out, "Fingerprint : %s : \n", name);
	gskit_put_bytes(out, SPAN_OF(digest, digest_size(hash)));
}

/* The pin of RFC 7469: the digest of the public key. */
static void
put_pin(struct out *out, struct span spki)
{
	unsigned char digest[DIGEST_MAX];
	struct buf text = BUF_INIT;

	if (!digest_of(HASH_SHA256, spki, digest)) {
		text_put_base64(&text, SPAN_OF(digest, digest_size(HASH_SHA256)));
		out_text(out, "Fingerprint : HPKP : \n    ");
		out_buf(out, &text);
		out_text(out, "\n");
	}
	buf_release(&text);
}

static void
put_public_key(struct out *out, struct span spki)
{
	struct span oid;

	out_text(out, "Public Key\n");
	gskit_put_bytes(out, spki);
	if (!key_algorithm(spki, &oid))
		put_algorithm(out, "Public Key Type", oid);
}

static void
put_signature(struct out *out, struct span alg, struct span signature)
{
	struct span params;
	struct span oid;

	if (!alg_read(alg, &oid, &params))
		put_algorithm(out, "Signature Algorithm", oid);
	out_text(out, "Value\n");
	gskit_put_bytes(out, signature);
}

/* --- Certificates --- */

static void
put_serial(struct out *out, struct span serial)
{
	struct buf text = BUF_INIT;

	text_put_hex(&text, serial);
	out_text(out, "Serial : ");
	out_buf(out, &text);
	out_text(out, "\n");
	buf_release(&text);
}

static void
put_time(struct out *out, const char *field, int64_t when)
{
	out_printf(out, "%s : ", field);
	gskit_put_time(out, when);
	out_text(out, "\n\n");
}

static void
put_certificate(struct out *out, const struct facts *f)
{
	const struct cert *c = &f->cert;

	put_label(out, f->label);
	out_printf(out, "Key Size : %zu\n", key_size(c->spki));
	out_printf(out, "Version : X509 V%u\n", c->version);
	put_serial(out, c->serial);
	put_dn(out, "Issuer", c->issuer);
	put_dn(out, "Subject", c->subject);
	put_time(out, "Not Before", c->not_before);
	put_time(out, "Not After", c->not_after);
	put_public_key(out, c->spki);
	put_digest(out, "SHA1", HASH_SHA1, c->der);
	put_digest(out, "MD5", HASH_MD5, c->der);
	put_digest(out, "SHA256", HASH_SHA256, c->der);
	put_pin(out, c->spki);
	gskit_put_extensions(out, c->extensions);
	put_signature(out, c->sig_alg, c->signature);
	out_printf(out, "Trust Status : %s\n", f->trusted ? "Enabled" : "Disabled");
}

enum rc
gskit_tell_details(struct gskit *g, const struct result *r, struct err *err)
{
	struct facts f;

	facts_of(&f, &r->rows[0], r->db);
	if (f.kind == FACTS_SECRET) {
		(void)err_set(err, RC_NO_LABEL, "'%s' is a secret key, which has no certificate",
			      ESC_SPAN(f.label));
		(void)err_hint(err, "-secretkey -details shows it");
		return gskit_refuse(g, GSKIT_NO_LABEL, RC_NO_LABEL, err);
	}
	if (!f.has_cert)
		return err_set(err, RC_NOT_FOUND, "'%s' has no certificate that can be read",
			       ESC_SPAN(f.label));
	put_certificate(g->v->out, &f);
	return RC_OK;
}

enum rc
gskit_tell_default(struct gskit *g, const struct result *r, struct err *err)
{
	if (r->row_count && r->db->default_chosen)
		return gskit_tell_details(g, r, err);
	(void)err_set(err, RC_NOT_FOUND, "there is no default certificate");
	(void)err_hint(err, "-cert -setdefault -label LABEL chooses one");
	return gskit_refuse(g, GSKIT_NO_DEFAULT, RC_NOT_FOUND, err);
}

/* --- Requests --- */

static void
put_plain_digest(struct out *out, enum hash hash, struct span der)
{
	struct buf text = BUF_INIT;

	if (!digest_put_hex(&text, hash, der)) {
		out_buf(out, &text);
		out_text(out, "\n");
	}
	buf_release(&text);
}

enum rc
gskit_tell_request(struct gskit *g, const struct result *r, struct err *err)
{
	struct out *out = g->v->out;
	struct facts f;

	facts_of(&f, &r->rows[0], r->db);
	if (!f.has_csr) {
		return err_set(err, RC_NOT_FOUND,
			       "'%s' is a key that came without certificate: there is no request",
			       ESC_SPAN(f.label));
	}
	put_label(out, f.label);
	out_printf(out, "Key Size : %zu\n", key_size(f.csr.spki));
	put_dn(out, "Subject", f.csr.subject);
	put_public_key(out, f.csr.spki);
	out_text(out, "Fingerprint : \n");
	put_plain_digest(out, HASH_SHA1, f.csr.der);
	put_plain_digest(out, HASH_MD5, f.csr.der);
	if (f.csr.extensions.size) {
		out_text(out, "Attributes\n    Extension Reqs\n");
		gskit_put_extensions(out, f.csr.extensions);
	}
	put_signature(out, f.csr.sig_alg, f.csr.signature);
	return RC_OK;
}
