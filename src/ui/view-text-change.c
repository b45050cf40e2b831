/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a writer did, in plain sentences. */
#include "op/facts.h"
#include "op/ops.h"
#include "pki/dn.h"
#include "ui/view.h"

bool
view_has_stdout(const struct result *r)
{
	for (size_t i = 0; i < r->output_count; i++) {
		if (output_is_stdout(&r->outputs[i]))
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

static void
put_label(struct out *out, struct span label)
{
	out_text(out, "'");
	out_escaped(out, label);
	out_text(out, "'");
}

/* The same certificate, secret key or request as before: what else became of it. */
static bool
is_same_thing(const struct diff_item *item)
{
	const struct entry *old = item->old_entry;
	const struct entry *e = item->entry;

	if (item->request && item->old_request)
		return span_equal(item->request->csr.span, item->old_request->csr.span) &&
		       span_equal(item->request->key.span, item->old_request->key.span);
	if (!e || !old)
		return false;
	if (e->kind == ENTRY_SECRET)
		return old->kind == e->kind && span_equal(e->key.span, old->key.span);
	return e->cert.span.size && span_equal(e->cert.span, old->cert.span);
}

static void
put_difference(struct out *out, const struct diff_item *item)
{
	const struct request *r = item->request;
	struct span old = r ? item->old_request->label.span : entry_label(item->old_entry);
	struct span label = r ? r->label.span : entry_label(item->entry);
	bool trusted = !r && item->entry->flags & ENTRY_TRUSTED;
	bool was_trusted = !r && item->old_entry->flags & ENTRY_TRUSTED;

	if (!span_equal(old, label)) {
		out_text(out, ", was ");
		put_label(out, old);
	}
	if (trusted != was_trusted)
		out_text(out, trusted ? ", switched on" : ", switched off");
}

/* ": CN=web.example, until 2027-11-21" */
static void
put_subject(struct out *out, const struct facts *f)
{
	struct buf subject = BUF_INIT;
	char day[TEXT_TIME_MAX];

	if (f->has_cert || f->has_csr) {
		dn_put(&subject, f->has_cert ? f->cert.subject : f->csr.subject);
		out_text(out, ": ");
		out_buf(out, &subject);
	}
	if (f->has_cert)
		out_printf(out, ", until %s", view_day(day, f->cert.not_after));
	buf_release(&subject);
}

static const char *
kind_words(enum facts_kind kind)
{
	return kind == FACTS_CERT     ? "certificate"
	       : kind == FACTS_SECRET ? "secret key"
				      : facts_kind_name(kind);
}

/* "added key 'web': CN=web.example, until 2027-11-21" */
static void
put_item(struct out *out, const char *deed, const struct diff_item *item, const struct kdb *db)
{
	const struct row row = { .entry = item->entry, .request = item->request };
	struct facts f;

	facts_brief_of(&f, &row, db);
	out_printf(out, "%s %s ", deed, kind_words(f.kind));
	put_label(out, f.label);
	if (is_same_thing(item))
		put_difference(out, item);
	else
		put_subject(out, &f);
	out_text(out, "\n");
}

static void
put_deed(struct out *out, const struct deed *deed, bool dry_run)
{
	const struct diff_item *item;
	const char *words;

	for (size_t i = 0; i < deed->list->count; i++) {
		item = &deed->list->items[i];
		words = dry_run ? deed->would : deed->done;
		if (is_same_thing(item))
			words = dry_run ? "would change" : "changed";
		put_item(out, words, item, deed->db);
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
	out_text(out, r->dry_run ? "the default would be " : "the default is ");
	put_label(out, entry_label(now));
	out_text(out, "\n");
	return true;
}

static bool
put_new_passphrase(const struct view *v, struct out *out, const struct result *r)
{
	if (v->op != &op_db_passwd || !r->database)
		return false;
	put_label(out, span_text(r->database));
	out_text(out, r->dry_run ? " would have a new passphrase\n" : " has a new passphrase\n");
	return true;
}

void
view_text_change(const struct view *v, const struct result *r)
{
	struct out *out = view_has_stdout(r) ? v->notes : v->out;
	bool told;

	if (v->quiet)
		return;
	told = put_diff(out, r) > 0;
	put_issued(out, r);
	put_files(v, out, r);
	told = put_new_passphrase(v, out, r) || told;
	told = put_default_moved(out, r) || told;
	told = told || r->has_issued || r->files.count || r->output_count;
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
