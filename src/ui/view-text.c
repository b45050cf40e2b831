/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results for people: what was done in plain sentences, and the smaller shapes. */
#include "base/env.h"
#include "codec/pem.h"
#include "store/store.h"
#include "ui/view.h"

void
view_text_warnings(struct out *out, const struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++) {
		out_style(out, OUT_YELLOW);
		out_text(out, "warning:");
		out_style(out, OUT_PLAIN);
		out_text(out, " ");
		out_text(out, warnings->items[i].message);
		out_text(out, "\n");
	}
}

static void
put_unverified(const struct view *v, const struct result *r)
{
	if (!r->verified && !v->quiet)
		out_text(v->notes,
			 "not verified: it was read without its passphrase, or has no MAC\n");
}

static void
put_list(const struct view *v, const struct result *r)
{
	const struct view_rows rows = { r->rows, r->row_count, r->db };

	if (!r->tree || view_text_tree(v, r))
		view_text_rows(v, &rows, 0);
	if (!r->row_count && !v->quiet)
		out_text(v->notes, "no entries\n");
	put_unverified(v, r);
}

static void
put_pem(const struct view *v, const struct row *row)
{
	struct buf text = BUF_INIT;

	if (row->entry && row->entry->cert.span.size)
		pem_put(&text, "CERTIFICATE", row->entry->cert.span);
	else if (row->request && row->request->csr.span.size)
		pem_put(&text, "CERTIFICATE REQUEST", row->request->csr.span);
	out_buf(v->out, &text);
	buf_release(&text);
}

static void
put_entry(const struct view *v, const struct result *r)
{
	if (!r->row_count)
		return;
	view_text_entry(v, &r->rows[0], r->db, 0);
	if (r->with_pem)
		put_pem(v, &r->rows[0]);
	put_unverified(v, r);
}

static void
put_number(struct out *out, const char *name, uint64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	view_text_field(out, 0, name, span_text(text));
}

static void
put_expiry(struct out *out, const struct kdb *db)
{
	char when[TEXT_TIME_MAX];

	if (!db->expires)
		return;
	out_printf(out, "passphrase    %s %s\n",
		   db->expires < env_now() ? "expired on" : "expires on",
		   text_time(when, db->expires));
}

static void
put_database(const struct view *v, const struct result *r)
{
	const struct kdb *db = r->db;
	struct out *out = v->out;

	view_text_field(out, 0, "database", span_text(r->database));
	out_printf(out, "type          %s, version %u\n", r->type, db->version);
	put_number(out, "keys", kdb_count(db, ENTRY_KEY));
	put_number(out, "certificates", kdb_count(db, ENTRY_CERT));
	put_number(out, "requests", db->request_count);
	put_number(out, "secret keys", kdb_count(db, ENTRY_SECRET));
	if (db->default_entry)
		view_text_field(out, 0, "default", entry_label(db->default_entry));
	put_expiry(out, db);
	if (db->record_length)
		put_number(out, "record size", db->record_length);
	if (db->fips)
		view_text_field(out, 0, "fips", span_text("yes"));
	if (db->iterations)
		put_number(out, "iterations", db->iterations);
	view_text_field(out, 0, "stash", span_text(stash_state_name((enum stash_state)r->stash)));
	put_unverified(v, r);
}

static void
put_default(const struct view *v, const struct result *r)
{
	if (r->db && r->db->default_entry) {
		out_escaped(v->out, entry_label(r->db->default_entry));
		out_text(v->out, "\n");
	} else if (!v->quiet) {
		out_text(v->notes, "there is no default\n");
	}
}

static void
put_verify(const struct view *v, const struct result *r)
{
	struct out *out = v->out;

	out_style(out, r->verify.valid ? OUT_BOLD : OUT_RED);
	out_text(out, r->verify.valid ? "valid" : "not valid");
	out_style(out, OUT_PLAIN);
	if (!r->verify.valid) {
		out_text(out, ": ");
		out_text(out, r->verify.reason);
	}
	out_text(out, "\n");
	for (size_t i = 0; i < r->verify_path.count; i++) {
		out_blanks(out, 2 + 2 * i);
		out_escaped(out, span_text(r->verify_path.items[i]));
		out_text(out, "\n");
	}
}

static void
put_text(const struct view *v, const struct result *r)
{
	out_buf(v->out, &r->text);
}

void
view_text(const struct view *v, const struct result *r)
{
	static void (*const puts_of[])(const struct view *, const struct result *) = {
		[RESULT_CHANGE] = view_text_change, [RESULT_LIST] = put_list,
		[RESULT_ENTRY] = put_entry,         [RESULT_DATABASE] = put_database,
		[RESULT_DEFAULT] = put_default,     [RESULT_VERIFY] = put_verify,
		[RESULT_FILES] = view_text_files,   [RESULT_TEXT] = put_text,
	};

	puts_of[r->kind](v, r);
	view_text_warnings(v->notes, &r->warnings);
}

void
view_text_error(const struct view *v, const struct err *err)
{
	out_style(v->notes, OUT_RED);
	out_text(v->notes, "kyman:");
	out_style(v->notes, OUT_PLAIN);
	out_text(v->notes, " ");
	out_text(v->notes, err->message[0] ? err->message : rc_text(err->rc));
	out_text(v->notes, "\n");
	if (!err->hint[0])
		return;
	out_text(v->notes, "  ");
	out_text(v->notes, err->hint);
	out_text(v->notes, "\n");
}
