/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results for people: what was done in plain sentences, and the smaller shapes. */
#include "base/env.h"
#include "codec/pem.h"
#include "op/facts.h"
#include "op/ops.h"
#include "pki/dn.h"
#include "store/store.h"
#include "ui/view.h"

#include <string.h>

static void
put_warnings(const struct view *v, const struct warnings *w)
{
	for (size_t i = 0; i < w->count; i++) {
		out_style(v->notes, OUT_YELLOW);
		out_text(v->notes, "warning:");
		out_style(v->notes, OUT_PLAIN);
		out_text(v->notes, " ");
		out_text(v->notes, w->items[i].message);
		out_text(v->notes, "\n");
	}
}

bool
view_has_stdout(const struct result *r)
{
	for (size_t i = 0; i < r->output_count; i++) {
		if (strcmp(r->outputs[i].path, "-") == 0)
			return true;
	}
	return false;
}

/* What was done to entries: done, or that it would be. */
struct deed {
	const char *done;
	const char *would;
	const struct diff_list *list;
	const struct kdb *db;
};

/* "added key 'web': CN=web.example, until 2027-11-21" */
static void
put_item(struct out *out, const char *deed, const struct row *row, const struct kdb *db)
{
	struct buf subject = BUF_INIT;
	char day[TEXT_TIME_MAX];
	struct facts f;

	facts_of(&f, row, db);
	out_printf(out, "%s %s '", deed,
		   f.kind == FACTS_CERT     ? "certificate"
		   : f.kind == FACTS_SECRET ? "secret key"
					    : facts_kind_name(f.kind));
	out_escaped(out, f.label);
	out_text(out, "'");
	if (f.has_cert || f.has_csr) {
		dn_put(&subject, f.has_cert ? f.cert.subject : f.csr.subject);
		out_text(out, ": ");
		out_buf(out, &subject);
	}
	if (f.has_cert)
		out_printf(out, ", until %s", view_day(day, f.cert.not_after));
	out_text(out, "\n");
	buf_release(&subject);
}

static void
put_deed(struct out *out, const struct deed *deed, bool dry_run)
{
	struct row row;

	for (size_t i = 0; i < deed->list->count; i++) {
		row = (struct row){ .entry = deed->list->items[i].entry,
				    .request = deed->list->items[i].request };
		put_item(out, dry_run ? deed->would : deed->done, &row, deed->db);
	}
}

static size_t
put_diff(struct out *out, const struct result *r)
{
	const struct deed deeds[] = {
		{ "added", "would add", &r->diff.added, r->db },
		{ "replaced", "would replace", &r->diff.replaced, r->db },
		{ "removed", "would remove", &r->diff.removed, &r->before },
	};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++) {
		put_deed(out, &deeds[i], r->dry_run);
		count += deeds[i].list->count;
	}
	return count;
}

static void
put_files(const struct view *v, struct out *out, const struct result *r)
{
	const char *deed = v->op == &op_db_delete ? "removed" : "wrote";
	const char *would = v->op == &op_db_delete ? "would remove" : "would write";

	for (size_t i = 0; i < r->files.count; i++) {
		out_printf(out, "%s ", r->dry_run ? would : deed);
		out_escaped(out, span_text(r->files.items[i]));
		out_text(out, "\n");
	}
}

static void
put_issued(struct out *out, const struct result *r)
{
	struct buf text = BUF_INIT;
	char day[TEXT_TIME_MAX];
	struct cert cert;

	if (!r->has_issued || cert_parse(&cert, buf_span(&r->issued), NULL))
		return;
	dn_put(&text, cert.subject);
	buf_put_text(&text, ", serial ");
	cert_put_serial(&text, &cert);
	out_text(out, r->dry_run ? "would issue " : "issued ");
	out_buf(out, &text);
	out_printf(out, ", until %s\n", view_day(day, cert.not_after));
	buf_release(&text);
}

/* The default moved, and nothing else may tell. */
static bool
put_default_moved(struct out *out, const struct result *r)
{
	const struct entry *now = r->db ? r->db->default_entry : NULL;

	if (!r->diff.meta || !now || now == r->before.default_entry)
		return false;
	if (r->before.default_entry &&
	    span_equal(entry_label(now), entry_label(r->before.default_entry)))
		return false;
	out_text(out, r->dry_run ? "the default would be '" : "the default is '");
	out_escaped(out, entry_label(now));
	out_text(out, "'\n");
	return true;
}

static void
put_change(const struct view *v, const struct result *r)
{
	struct out *out = view_has_stdout(r) ? v->notes : v->out;
	bool told;

	if (v->quiet)
		return;
	told = put_diff(out, r) > 0;
	put_issued(out, r);
	put_files(v, out, r);
	told =
	    put_default_moved(out, r) || told || r->has_issued || r->files.count || r->output_count;
	if (told)
		return;
	if (!r->changed) {
		out_text(out, "nothing to do\n");
		return;
	}
	out_text(out, r->dry_run ? "would change " : "changed ");
	out_escaped(out, span_text(r->database ? r->database : "the database"));
	out_text(out, "\n");
}

static void
put_unverified(const struct view *v, const struct result *r)
{
	if (!r->verified && !v->quiet)
		out_text(v->notes, "not verified: it was read without its passphrase\n");
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
		[RESULT_CHANGE] = put_change,     [RESULT_LIST] = put_list,
		[RESULT_ENTRY] = put_entry,       [RESULT_DATABASE] = put_database,
		[RESULT_DEFAULT] = put_default,   [RESULT_VERIFY] = put_verify,
		[RESULT_FILES] = view_text_files, [RESULT_TEXT] = put_text,
	};

	puts_of[r->kind](v, r);
	put_warnings(v, &r->warnings);
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
