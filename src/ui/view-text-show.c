/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry, and whole files, for people. */
#include "base/env.h"
#include "codec/pem.h"
#include "op/facts.h"
#include "pki/dn.h"
#include "ui/view.h"

#include <string.h>

enum { NAME_WIDTH = 12, EXTENSION_WIDTH = 24, DAY = 86400 };

void
view_text_field(struct out *out, size_t indent, const char *name, struct span value)
{
	out_blanks(out, indent);
	out_padded(out, span_text(name), NAME_WIDTH);
	out_text(out, "  ");
	out_escaped(out, value);
	out_text(out, "\n");
}

/* A field of text that is safe already. */
static void
put_safe(struct out *out, size_t indent, const char *name, const struct buf *value)
{
	out_blanks(out, indent);
	out_padded(out, span_text(name), NAME_WIDTH);
	out_text(out, "  ");
	out_buf(out, value);
	out_text(out, "\n");
}

static void
put_name(struct out *out, size_t indent, const char *name, struct span der)
{
	struct buf text = BUF_INIT;

	dn_put(&text, der);
	if (!text.size)
		buf_put_text(&text, "(empty)");
	put_safe(out, indent, name, &text);
	buf_release(&text);
}

static void
put_digest(struct out *out, size_t indent, const char *name, enum hash hash, struct span der)
{
	struct buf text = BUF_INIT;
	enum rc rc = der.size ? digest_put_hex(&text, hash, der) : RC_NOT_FOUND;

	if (!rc)
		put_safe(out, indent, name, &text);
	else if (rc == RC_NO_MEMORY)
		out_fail(out);
	buf_release(&text);
}

static void
put_dates(struct out *out, size_t indent, const struct cert *cert)
{
	int64_t now = env_now();
	struct buf text = BUF_INIT;
	char when[TEXT_TIME_MAX];
	long long days;

	buf_put_text(&text, text_time(when, cert->not_before));
	if (now < cert->not_before)
		buf_put_text(&text, " (not yet valid)");
	put_safe(out, indent, "from", &text);
	buf_cut(&text, 0);
	buf_put_text(&text, text_time(when, cert->not_after));
	if (now > cert->not_after) {
		days = (now - cert->not_after) / DAY;
		buf_printf(&text, " (expired %lld %s ago)", days, days == 1 ? "day" : "days");
	} else {
		days = (cert->not_after - now) / DAY;
		buf_printf(&text, " (in %lld %s)", days, days == 1 ? "day" : "days");
	}
	put_safe(out, indent, "until", &text);
	buf_release(&text);
}

static void
put_names(struct out *out, size_t indent, struct span names)
{
	struct buf text = BUF_INIT;
	const char *field = "names";
	struct name name;

	while (names.size && !name_next(&names, &name)) {
		buf_cut(&text, 0);
		name_put(&text, &name);
		put_safe(out, indent, field, &text);
		field = "";
	}
	buf_release(&text);
}

static void
put_cert(struct out *out, size_t indent, const struct cert *cert)
{
	struct buf text = BUF_INIT;

	put_name(out, indent, "subject", cert->subject);
	put_name(out, indent, "issuer", cert->issuer);
	cert_put_serial(&text, cert);
	put_safe(out, indent, "serial", &text);
	buf_release(&text);
	put_dates(out, indent, cert);
}

static void
put_signature(struct out *out, size_t indent, const struct facts *f)
{
	const struct cert request = { .sig_alg = f->csr.sig_alg };
	struct buf text = BUF_INIT;

	cert_put_signature(&text, f->has_cert ? &f->cert : &request);
	put_safe(out, indent, "signature", &text);
	buf_cut(&text, 0);
	buf_printf(&text, "%u", f->has_cert ? f->cert.version : (unsigned)f->csr.version + 1);
	put_safe(out, indent, "version", &text);
	buf_release(&text);
}

static void
put_extensions(struct out *out, size_t indent, struct span extensions)
{
	struct buf text = BUF_INIT;
	struct ext x;

	if (!extensions.size)
		return;
	out_blanks(out, indent);
	out_text(out, "extensions\n");
	while (extensions.size && !ext_next(&extensions, &x)) {
		buf_cut(&text, 0);
		oid_put_name(&text, x.oid);
		if (x.critical)
			buf_put_text(&text, " *");
		out_blanks(out, indent + 2);
		out_padded(out, buf_span(&text), EXTENSION_WIDTH);
		out_text(out, "  ");
		buf_cut(&text, 0);
		ext_put_text(&text, &x);
		out_buf(out, &text);
		out_text(out, "\n");
	}
	buf_release(&text);
}

static void
put_kind(struct out *out, size_t indent, const struct row *row, const struct facts *f,
	 const struct kdb *db)
{
	bool pending = row->entry && db && facts_pending(row->entry, db);
	bool expired = f->has_cert && f->cert.not_after < env_now();
	char flags[VIEW_FLAGS_MAX];
	struct buf text = BUF_INIT;

	buf_put_text(&text, facts_kind_name(f->kind));
	if (*view_flags(flags, f, pending, expired))
		buf_printf(&text, " (%s)", flags);
	put_safe(out, indent, "kind", &text);
	buf_release(&text);
}

void
view_text_entry(const struct view *v, const struct row *row, const struct kdb *db, size_t indent)
{
	struct out *out = v->out;
	struct buf spki = BUF_INIT;
	struct span der;
	struct facts f;

	facts_of(&f, row, db);
	facts_add_open_key(&f, row, &spki);
	der = row->entry ? row->entry->cert.span : row->request->csr.span;
	if (f.label.size)
		view_text_field(out, indent, "label", f.label);
	put_kind(out, indent, row, &f, db);
	if (f.has_cert)
		put_cert(out, indent, &f.cert);
	else if (f.has_csr)
		put_name(out, indent, "subject", f.csr.subject);
	if (f.key[0])
		view_text_field(out, indent, "key", span_text(f.key));
	put_names(out, indent, f.names);
	if (f.has_cert || f.has_csr)
		put_signature(out, indent, &f);
	put_extensions(out, indent, f.has_cert ? f.cert.extensions : f.csr.extensions);
	put_digest(out, indent, "sha256", HASH_SHA256, der);
	put_digest(out, indent, "sha1", HASH_SHA1, der);
	put_digest(out, indent, "spki sha256", HASH_SHA256, f.spki);
	buf_release(&spki);
}

static void
put_problems(const struct view *v, const struct warnings *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		out_style(v->out, OUT_YELLOW);
		out_text(v->out, "  problem");
		out_style(v->out, OUT_PLAIN);
		out_printf(v->out, "  %s\n", problems->items[i].message);
	}
}

static void
put_notes(const struct view *v, const struct warnings *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		out_printf(v->out, "  note     %s\n", notes->items[i].message);
}

static void
put_format(struct out *out, const struct shown_file *file)
{
	out_style(out, OUT_BOLD);
	out_escaped(out, span_text(file->file));
	out_style(out, OUT_PLAIN);
	if (!file->format)
		out_text(out, ": nothing that is recognised\n");
	else if (file->encoding)
		out_printf(out, ": %s, %s\n", file->format, file->encoding);
	else
		out_printf(out, ": %s\n", file->format);
}

static void
put_file(const struct view *v, const struct shown_file *file)
{
	const struct view_rows rows = { file->rows, file->row_count, &file->db };
	struct out *out = v->out;

	/* What could not be read at all has its error alone. */
	if (!file->format && file->error.rc && file->error.rc != RC_UNKNOWN_FORMAT)
		return;
	put_format(out, file);
	if (rows.count == 1)
		view_text_entry(v, &file->rows[0], &file->db, 2);
	else
		view_text_rows(v, &rows, 2);
	if (file->locked)
		out_text(out, "  locked   a passphrase would show more: --in-pass\n");
	put_problems(v, &file->problems);
	put_notes(v, &file->notes);
}

/* The words may name the file already. */
static void
put_error(const struct view *v, const struct shown_file *file)
{
	struct err err = file->error;

	if (!err.rc)
		return;
	(void)err_default(&err, err.rc);
	if (!strstr(err.message, file->file))
		(void)err_prefix(&err, "%s", ESC(file->file));
	view_text_error(v, &err);
}

void
view_text_files(const struct view *v, const struct result *r)
{
	for (size_t i = 0; i < r->shown_count; i++) {
		if (i)
			out_text(v->out, "\n");
		put_file(v, &r->shown[i]);
		put_error(v, &r->shown[i]);
	}
}
