/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A save that writes nothing. */
#include "base/text.h"
#include "store/file.h"

enum rc
store_encoded(const struct store *st, enum rc rc, const struct pieces out[CODEC_PARTS],
	      struct err *err)
{
	if (rc) {
		(void)err_default(err, rc);
		(void)err_prefix(err, "cannot save '%s'", ESC(st->path));
		return rc; /* also where there is no err */
	}
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		if (out[i].size > STORE_FILE_MAX) {
			return err_set(err, RC_LIMIT,
				       "cannot save '%s': it would be over %d bytes long",
				       ESC(st->path), STORE_FILE_MAX);
		}
	}
	return RC_OK;
}

enum rc
store_try(const struct store *st, struct kdb *db, const struct store_new *how,
	  const struct notes *notes, struct err *err)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	bool anew = st->pw && how->codec == st->codec && how->pw != st->pw;
	enum rc rc = anew ? store_rekey(st, db, how->pw, notes, err)
			  : err_default(err, codec_shroud(db, how->pw));

	if (rc)
		return rc;
	rc = how->codec->save(db, out, how->pw, notes, err);
	rc = store_encoded(st, rc, out, err);
	for (size_t i = 0; i < CODEC_PARTS; i++)
		pieces_release(&out[i]);
	return rc;
}
