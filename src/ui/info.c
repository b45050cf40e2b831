/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Certificate Information and Key Information screens. */
#include "base/fs.h"
#include "base/text.h"
#include "model/select.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "ui/info-parts.h"

#include <stdlib.h>

enum {
	TITLE_COLUMN = 19,
	HEAD_COLUMN = 7,
	NAME_WIDTH = 18, /* of a field, right-aligned; longer ones push their value */
	VALUE_COLUMN = NAME_WIDTH + 2,
	BYTES_A_LINE = 16,
	BITS_A_BYTE = 8,
};

/* What gskkyman calls algorithms that others write differently. */
static const struct algorithm {
	enum oid id;
	const char *name;
} algorithms[] = {
	{ OID_EC_KEY, "ecPublicKey" },
	{ OID_MD2_RSA, "md2WithRsaEncryption" },
	{ OID_MD5_RSA, "md5WithRsaEncryption" },
	{ OID_SHA1_RSA, "sha1WithRsaEncryption" },
	{ OID_SHA224_RSA, "sha224WithRsaEncryption" },
	{ OID_SHA256_RSA, "sha256WithRsaEncryption" },
	{ OID_SHA384_RSA, "sha384WithRsaEncryption" },
	{ OID_SHA512_RSA, "sha512WithRsaEncryption" },
	{ OID_RSA_PSS, "rsassaPss" },
	{ OID_DSA_SHA1, "dsaWithSha1" },
	{ OID_DSA_SHA224, "dsaWithSha224" },
	{ OID_DSA_SHA256, "dsaWithSha256" },
	{ OID_ECDSA_SHA1, "ecdsaWithSha1" },
	{ OID_ECDSA_SHA224, "ecdsaWithSha224" },
	{ OID_ECDSA_SHA256, "ecdsaWithSha256" },
	{ OID_ECDSA_SHA384, "ecdsaWithSha384" },
	{ OID_ECDSA_SHA512, "ecdsaWithSha512" },
};

void
info_put_title(struct out *out, const char *title)
{
	out_text(out, "\n");
	out_blanks(out, TITLE_COLUMN);
	out_text(out, title);
	out_text(out, "\n\n");
}

void
info_put_head(struct out *out, const char *name)
{
	out_blanks(out, HEAD_COLUMN);
	out_printf(out, "%s: ", name);
}

void
info_put_path(struct out *out, const char *path)
{
	char *real = NULL;

	out_escaped(out, span_text(fs_resolve(&real, path, NULL) ? path : real));
	free(real);
}

void
info_put_expiration(struct out *out, const struct kdb *db)
{
	struct text_date d = text_date_of(db->expires);

	info_put_head(out, "Expiration");
	if (db->expires) {
		out_printf(out, "%04d/%02d/%02d %02d:%02d:%02d\n", d.year, d.month, d.day, d.hour,
			   d.minute, d.second);
	} else {
		out_text(out, "None\n");
	}
}

void
info_put_type(struct out *out, const struct kdb *db)
{
	info_put_head(out, "Type");
	out_text(out, db->fips ? "FIPS\n" : "Non-FIPS\n");
}

void
info_put_bytes(struct out *out, struct span bytes, size_t indent)
{
	for (size_t i = 0; i < bytes.size; i++) {
		if (i && i % BYTES_A_LINE == 0) {
			out_text(out, "\n");
			out_blanks(out, indent);
		} else if (i) {
			out_text(out, " ");
		}
		out_printf(out, "%02X", bytes.data[i]);
	}
	out_text(out, "\n");
}

/* --- Fields --- */

static void
put_name(struct out *out, const char *name)
{
	out_printf(out, "%*s:", NAME_WIDTH, name);
}

/* A field of safe text. */
static void
put_field(struct out *out, const char *name, const char *value)
{
	put_name(out, name);
	out_printf(out, " %s\n", value);
}

static void
put_number(struct out *out, const char *name, size_t number)
{
	put_name(out, name);
	out_printf(out, " %zu\n", number);
}

static void
put_flag(struct out *out, const char *name, bool value)
{
	put_field(out, name, value ? "Yes" : "No");
}

static void
put_bytes(struct out *out, const char *name, struct span bytes)
{
	put_name(out, name);
	out_text(out, " ");
	info_put_bytes(out, bytes, VALUE_COLUMN);
}

static void
put_date(struct out *out, const char *name, int64_t when)
{
	struct text_date date = text_date_of(when);

	put_name(out, name);
	out_printf(out, " %04d/%02d/%02d\n", date.year, date.month, date.day);
}

/* Lines of a name. */
struct name_lines {
	struct out *out;
	bool more; /* one is there already */
};

static void
put_name_line(void *self, struct span text)
{
	struct name_lines *lines = self;

	out_blanks(lines->out, lines->more ? VALUE_COLUMN : 1);
	out_escaped(lines->out, text);
	out_text(lines->out, "\n");
	lines->more = true;
}

/* The values of a distinguished name, a line each; nothing for an empty one. */
static void
put_dn(struct out *out, const char *name, struct span dn)
{
	struct name_lines lines = { .out = out };
	struct buf none = BUF_INIT;
	enum rc rc;

	put_name(out, name);
	rc = dn_each_value(dn, put_name_line, &lines);
	if (rc == RC_NO_MEMORY) {
		buf_fail(&none);
		out_buf(out, &none);
	} else if (rc) {
		out_text(out, " ?");
	}
	if (!lines.more)
		out_text(out, "\n");
}

static void
put_algorithm(struct out *out, const char *name, struct span oid)
{
	enum oid id = oid_find(oid);
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(algorithms) && !text.size; i++) {
		if (id != OID_NONE && algorithms[i].id == id)
			buf_put_text(&text, algorithms[i].name);
	}
	if (!text.size && id != OID_NONE && oid_kind(id) == OID_ALGORITHM)
		buf_put_text(&text, oid_name(id));
	else if (!text.size)
		oid_put_dotted(&text, oid);
	put_name(out, name);
	out_text(out, " ");
	out_buf(out, &text);
	out_text(out, "\n");
	buf_release(&text);
}

/* --- Records --- */

/* The record number of an entry, which may be NULL. */
static size_t
entry_record(const struct kdb *db, const struct entry *e)
{
	long at = db && e ? kdb_position(db, e) : -1;

	return (size_t)(at + 1);
}

static size_t
request_record(const struct kdb *db, const struct request *r)
{
	for (size_t i = 0; db && i < db->request_count; i++) {
		if (db->requests[i] == r)
			return i + 1;
	}
	return 0;
}

/* The record of the entry that issued the row's certificate. */
static size_t
issuer_record(const struct info *info, const struct facts *f)
{
	if (!info->db || !f->has_cert)
		return 0;
	return entry_record(info->db, select_issuer(info->db, &f->cert));
}

static void
put_record(struct out *out, const struct info *info, const struct facts *f)
{
	size_t record = info->row->request ? request_record(info->db, info->row->request)
					   : entry_record(info->db, info->row->entry);

	put_name(out, "Label");
	if (f->label.size)
		out_text(out, " ");
	out_escaped(out, f->label);
	out_text(out, "\n");
	put_number(out, "Record ID", record);
}

static void
put_trust(struct out *out, const struct info *info, const struct facts *f)
{
	put_number(out, "Issuer Record ID", issuer_record(info, f));
	put_flag(out, "Trusted", f->trusted);
}

/* --- Certificates --- */

/* Unique identifiers ([1] and [2], BIT STRINGs), which nobody uses: they stand behind the key. */
static void
put_unique_ids(struct out *out, const struct cert *c)
{
	static const char *const names[] = { "Issuer unique ID", "Subject unique ID" };
	size_t behind = (size_t)(c->spki.data + c->spki.size - c->tbs.data);
	struct span rest = span_part(c->tbs, behind, c->tbs.size);
	struct span value;
	struct span bytes;
	unsigned unused;

	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		if (!der_optional(&rest, DER_CONTEXT(i + 1), &value))
			put_field(out, names[i], "None");
		else
			put_bytes(out, names[i], der_bits(value, &bytes, &unused) ? value : bytes);
	}
}

static void
put_serial(struct out *out, const struct cert *c)
{
	struct buf text = BUF_INIT;

	cert_put_serial(&text, c);
	put_name(out, "Serial number");
	out_text(out, " ");
	out_buf(out, &text);
	out_text(out, "\n");
	buf_release(&text);
}

/* The algorithm of an AlgorithmIdentifier. */
static void
put_signature(struct out *out, const struct cert *c)
{
	struct span inside;
	struct span oid;

	if (der_only(c->sig_alg, DER_SEQUENCE, &inside) || der_take(&inside, DER_OID, &oid))
		put_field(out, "Signature algorithm", "?");
	else
		put_algorithm(out, "Signature algorithm", oid);
}

static void
put_key(struct out *out, const char *algorithm, const char *size, struct span spki)
{
	struct span oid;

	if (key_algorithm(spki, &oid)) {
		put_field(out, algorithm, "Unknown");
		return;
	}
	put_algorithm(out, algorithm, oid);
	if (key_size(spki))
		put_number(out, size, key_size(spki));
}

static void
put_certificate(struct out *out, const struct cert *c)
{
	put_number(out, "Version", c->version);
	put_serial(out, c);
	put_dn(out, "Issuer name", c->issuer);
	put_dn(out, "Subject name", c->subject);
	put_date(out, "Effective date", c->not_before);
	put_date(out, "Expiration date", c->not_after);
	put_signature(out, c);
	put_unique_ids(out, c);
	put_key(out, "Public key algorithm", "Public key size", c->spki);
}

void
info_put_certificate(struct out *out, const struct info *info, bool brief)
{
	struct span bits;
	struct facts f;

	facts_of(&f, info->row, info->db);
	info_put_title(out, "Certificate Information");
	put_record(out, info, &f);
	put_trust(out, info, &f);
	if (!f.has_cert) {
		bool there = info->row->entry && info->row->entry->cert.span.size;

		out_text(out, there ? "\nThe certificate is damaged.\n"
				    : "\nThere is no certificate.\n");
		return;
	}
	put_certificate(out, &f.cert);
	if (brief)
		return;
	if (!key_bits(f.spki, &bits))
		put_bytes(out, "Public key", bits);
	put_number(out, "Number of extensions", info_extension_count(info));
}

/* --- Keys --- */

/* A secret key is known only while it waits to be shrouded. */
static void
put_secret_key(struct out *out, const struct entry *e)
{
	const char *algorithm = "Secret key algorithm";
	struct secret *raw = NULL;
	struct span oid;

	if (!e->open_key || key_pkcs8_alg(e->open_key, &oid)) {
		put_field(out, algorithm, "Unknown");
		return;
	}
	put_algorithm(out, algorithm, oid);
	if (!key_unwrap_secret(&raw, e->open_key))
		put_number(out, "Secret key size", secret_span(raw).size * BITS_A_BYTE);
	secret_free(&raw);
}

void
info_put_key(struct out *out, const struct info *info)
{
	struct buf spki = BUF_INIT;
	struct facts f;

	facts_of(&f, info->row, info->db);
	facts_add_open_key(&f, info->row, &spki);
	info_put_title(out, "Key Information");
	put_record(out, info, &f);
	if (f.kind == FACTS_SECRET) {
		put_secret_key(out, info->row->entry);
		goto out;
	}
	if (f.kind != FACTS_REQUEST) {
		put_trust(out, info, &f);
		put_flag(out, "Default key", f.is_default);
	}
	put_key(out, "Private key algorithm", "Private key size", f.spki);
	if (f.has_cert || f.has_csr)
		put_dn(out, "Subject name", f.has_cert ? f.cert.subject : f.csr.subject);
	else
		put_field(out, "Subject name", "None");
out:
	buf_release(&spki);
}
