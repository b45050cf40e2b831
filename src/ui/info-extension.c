/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Certificate Extensions List, and what an extension holds. */
#include "base/text.h"
#include "pki/der.h"
#include "ui/info-parts.h"

/* The contents of the Extensions of the row's certificate. */
static struct span
extensions_of(const struct info *info)
{
	struct facts f;

	facts_brief_of(&f, info->row, info->db);
	return f.has_cert ? f.cert.extensions : SPAN_NONE;
}

size_t
info_extension_count(const struct info *info)
{
	struct span extensions = extensions_of(info);
	struct ext x;
	size_t count = 0;

	while (!ext_next(&extensions, &x))
		count++;
	return count;
}

static void
put_identifier(struct out *out, struct span oid)
{
	enum oid id = oid_find(oid);
	struct buf text = BUF_INIT;

	if (id != OID_NONE && oid_kind(id) == OID_EXTENSION)
		buf_put_text(&text, oid_name(id));
	else
		oid_put_dotted(&text, oid);
	out_buf(out, &text);
	buf_release(&text);
}

void
info_put_extensions(struct out *out, const struct info *info)
{
	struct span extensions = extensions_of(info);
	struct ext x;
	size_t number = 0;

	info_put_title(out, "Certificate Extensions List");
	while (!ext_next(&extensions, &x)) {
		out_printf(out, "%4zu - ", ++number);
		put_identifier(out, x.oid);
		out_text(out, x.critical ? " (critical)\n" : "\n");
	}
}

static enum rc
put_subject_key_id(struct out *out, struct span value)
{
	struct span id;
	enum rc rc;

	rc = ext_subject_key_id(value, &id);
	if (!rc)
		info_put_bytes(out, id, 0);
	return rc;
}

static void
put_names(struct out *out, struct span names)
{
	struct buf text = BUF_INIT;
	struct name name;

	while (!name_next(&names, &name)) {
		name_put(&text, &name);
		buf_put_byte(&text, '\n');
	}
	if (names.size)
		buf_put_text(&text, "?\n");
	out_buf(out, &text);
	buf_release(&text);
}

/* AuthorityKeyIdentifier, RFC 5280 section 4.2.1.1. */
static enum rc
put_authority_key_id(struct out *out, struct span value)
{
	struct span seq;
	struct span id;
	struct span issuer;
	struct span serial;

	if (der_only(value, DER_SEQUENCE, &seq))
		return RC_DAMAGED;
	(void)der_optional(&seq, DER_CONTEXT(0), &id);         /* may be absent */
	(void)der_optional(&seq, DER_CONTEXT_SET(1), &issuer); /* may be absent */
	(void)der_optional(&seq, DER_CONTEXT(2), &serial);     /* may be absent */
	if (seq.size)
		return RC_DAMAGED;
	if (id.size) {
		out_text(out, "Key identifier:\n");
		info_put_bytes(out, id, 0);
	}
	if (issuer.size) {
		out_text(out, "Issuer:\n");
		put_names(out, issuer);
	}
	if (serial.size) {
		out_text(out, "Serial number:\n");
		info_put_bytes(out, serial, 0);
	}
	return RC_OK;
}

static enum rc
put_basic_constraints(struct out *out, struct span value)
{
	bool ca;
	int path_length;
	enum rc rc;

	rc = ext_basic_constraints(value, &ca, &path_length);
	if (rc)
		return rc;
	out_printf(out, "Certification authority: %s\n", ca ? "Yes" : "No");
	if (path_length >= 0)
		out_printf(out, "Path length: %d\n", path_length);
	return RC_OK;
}

/* What is not put as words. */
static const struct writer {
	enum oid id;
	enum rc (*put)(struct out *out, struct span value);
} writers[] = {
	{ OID_EXT_SKI, put_subject_key_id },
	{ OID_EXT_AKI, put_authority_key_id },
	{ OID_EXT_BASIC_CONSTRAINTS, put_basic_constraints },
};

/* An item a line. */
static enum rc
put_items(struct out *out, const struct ext *x)
{
	struct buf text = BUF_INIT;
	enum rc rc;

	rc = ext_put_items(&text, x, "\n");
	if (!rc) {
		if (text.size)
			buf_put_byte(&text, '\n');
		out_buf(out, &text);
	}
	buf_release(&text);
	return rc;
}

static enum rc
put_extension(struct out *out, const struct ext *x)
{
	enum oid id = oid_find(x->oid);

	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		if (writers[i].id == id)
			return writers[i].put(out, x->value);
	}
	return put_items(out, x);
}

void
info_put_extension(struct out *out, const struct info *info, size_t n)
{
	struct span extensions = extensions_of(info);
	struct ext x;
	enum rc rc;

	do {
		if (ext_next(&extensions, &x))
			return;
	} while (n--);
	rc = put_extension(out, &x);
	if (!rc)
		return;
	if (rc == RC_DAMAGED)
		out_text(out, "The extension is damaged:\n");
	info_put_bytes(out, x.value, 0);
}
