/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of labels, nine a page: one is chosen by its number on the page, or by its name. */
#include "ui/menu.h"

#include "base/text.h"
#include "op/ops.h"
#include "ui/info.h"

#include <stdlib.h>
#include <string.h>

static const char list_help[] =
    "Type the number before a label, or the label itself, which TAB completes: 1 or\n"
    "Web server. 0 goes back to the menu.";

enum { KEY_COLUMNS = 7, CUT_COLUMNS = 3 };

/* The labels that a list shows. */
struct labels {
	struct span *items; /* borrowed from the database */
	size_t count;
	size_t page;  /* where the page begins */
	char **words; /* the same as strings, for completion; NULL-terminated */
};

static bool
is_listed(const struct entry *e, const struct label_list *list)
{
	return list->keys ? e->kind != ENTRY_CERT : e->kind == ENTRY_CERT;
}

static enum rc
take_labels(struct labels *l, const struct kdb *db, const struct label_list *list)
{
	size_t most = list->requests ? db->request_count : db->count;

	l->items = calloc(most + 1, sizeof(*l->items));
	if (!l->items)
		return RC_NO_MEMORY;
	for (size_t i = 0; i < most; i++) {
		if (list->requests)
			l->items[l->count++] = db->requests[i]->label.span;
		else if (is_listed(db->entries[i], list))
			l->items[l->count++] = entry_label(db->entries[i]);
	}
	return RC_OK;
}

/* Strings for completion, made once they are wanted: on a terminal. */
static enum rc
take_words(struct labels *l)
{
	l->words = calloc(l->count + 1, sizeof(*l->words));
	for (size_t i = 0; l->words && i < l->count; i++) {
		l->words[i] = strndup((const char *)l->items[i].data, l->items[i].size);
		if (!l->words[i])
			return RC_NO_MEMORY;
	}
	return l->words ? RC_OK : RC_NO_MEMORY;
}

static void
release(struct labels *l)
{
	for (size_t i = 0; l->words && l->words[i]; i++)
		free(l->words[i]);
	free(l->words);
	free(l->items);
}

static bool
has_more(const struct labels *l)
{
	return l->count - l->page > MENU_LABELS_A_PAGE;
}

/* A label on one line of a terminal; a pipe gets all of it. */
static void
put_label(struct menu *m, struct span label)
{
	size_t room = lines_columns(m->lines) - KEY_COLUMNS;
	struct buf safe = BUF_INIT;
	struct span rest;
	struct span at;
	size_t used = 0;

	text_escape(&safe, label);
	rest = at = buf_span(&safe);
	if (!lines_is_terminal(m->lines) || text_width(label) <= room) {
		out_buf(m->out, &safe);
		buf_release(&safe);
		return;
	}
	while (used + 2 + CUT_COLUMNS <= room) {
		at = rest;
		used += text_columns((uint32_t)text_next(&rest));
	}
	out_put(m->out, SPAN_OF(safe.data, safe.size - at.size));
	menu_put(m, "...");
	buf_release(&safe);
}

static void
put_page(struct menu *m, const struct labels *l, const struct label_list *list)
{
	info_put_title(m->out, list->title);
	menu_put_database(m);
	for (size_t i = 0; i < MENU_LABELS_A_PAGE && l->page + i < l->count; i++) {
		out_printf(m->out, "  %2zu - ", i + 1);
		put_label(m, l->items[l->page + i]);
		menu_put(m, "\n");
	}
	menu_put(m, "\n   0 - Return to selection menu\n\n");
}

/* The label that an answer means: a number of this page, or the label. */
static const struct span *
find(const struct labels *l, const char *answer)
{
	uint64_t number;

	if (text_number(&number, answer, MENU_LABELS_A_PAGE) == RC_OK && number &&
	    l->page + number <= l->count)
		return &l->items[l->page + number - 1];
	for (size_t i = 0; i < l->count; i++) {
		if (span_equal(l->items[i], span_text(answer)))
			return &l->items[i];
	}
	return NULL;
}

enum turn { TURN_STAY, TURN_BACK, TURN_CHOSEN };

static enum turn
choose(struct menu *m, struct labels *l, const struct label_list *list, const char *answer)
{
	const struct span *label;

	if (strcmp(answer, "0") == 0 || (!*answer && !has_more(l)))
		return TURN_BACK;
	if (!*answer) {
		l->page += MENU_LABELS_A_PAGE;
		return TURN_STAY;
	}
	label = find(l, answer);
	if (label) {
		m->is_request = list->requests;
		m->label.size = 0;
		buf_put(&m->label, *label);
		return TURN_CHOSEN;
	}
	if (strcmp(answer, "p") == 0)
		l->page -= l->page ? MENU_LABELS_A_PAGE : 0;
	else
		out_printf(m->out, "There is no label '%s' here.\n", ESC(answer));
	return TURN_STAY;
}

static enum turn
ask(struct menu *m, struct labels *l, const struct label_list *list)
{
	struct line_ask ask = { .help = list_help,
				.kind = LINE_LABEL,
				.words = (const char *const *)l->words };
	struct buf answer = BUF_INIT;
	struct err err = ERR_INIT;
	enum turn turn = TURN_STAY;
	enum rc rc;

	put_page(m, l, list);
	ask.prompt = has_more(l)
			 ? "Enter label number (ENTER for more labels, p for previous list):"
			 : "Enter label number (ENTER to return to selection menu, p for previous "
			   "list):";
	rc = menu_answer(m, &ask, &answer, &err);
	if (rc == RC_CANCELLED)
		turn = TURN_BACK;
	else if (rc)
		out_printf(m->out, "%s\n", err.message);
	else
		turn = choose(m, l, list, buf_text(&answer));
	buf_release(&answer);
	return turn;
}

bool
menu_choose(struct menu *m, const struct label_list *list)
{
	struct labels l = { .items = NULL };
	struct err err = ERR_INIT;
	enum turn turn = TURN_STAY;
	enum rc rc = menu_look(m, list->requests ? &op_csr_list : &op_cert_list, &err);

	if (!rc)
		rc = take_labels(&l, &m->session.store.db, list);
	if (!rc && lines_is_terminal(m->lines))
		rc = take_words(&l);
	while (!rc && turn == TURN_STAY)
		turn = ask(m, &l, list);
	release(&l);
	if (rc) {
		(void)err_default(&err, rc);
		menu_tell_error(m, &err);
		menu_pause(m);
	}
	return turn == TURN_CHOSEN && !m->leave;
}

void
menu_put_choices(struct menu *m, const struct choices *choices)
{
	info_put_title(m->out, choices->title);
	for (const struct choice *c = choices->list; c->key; c++)
		out_printf(m->out, "  %2s - %s\n", c->key, c->text);
	menu_put(m, "\n");
}
