# SPDX-License-Identifier: GPL-3.0-or-later
# The program and its library. One line a file, sorted within its layer:
#   libkyman_a_SOURCES += %D%/<layer>/<file>.c

# Everything but main.c is a library: the program, the tests and the fuzz targets link it.
noinst_LIBRARIES += libkyman.a
libkyman_a_CPPFLAGS = $(AM_CPPFLAGS) -include $(top_srcdir)/include/base/banned.h
libkyman_a_SOURCES =

# base
libkyman_a_SOURCES += %D%/base/buf.c
libkyman_a_SOURCES += %D%/base/crew.c
libkyman_a_SOURCES += %D%/base/confine-calls.c
libkyman_a_SOURCES += %D%/base/confine-probe.c
libkyman_a_SOURCES += %D%/base/confine.c
libkyman_a_SOURCES += %D%/base/env.c
libkyman_a_SOURCES += %D%/base/err.c
libkyman_a_SOURCES += %D%/base/fold.def
libkyman_a_SOURCES += %D%/base/folder.c
libkyman_a_SOURCES += %D%/base/fs-read.c
libkyman_a_SOURCES += %D%/base/fs-stage.c
libkyman_a_SOURCES += %D%/base/fs.c
libkyman_a_SOURCES += %D%/base/rd.c
libkyman_a_SOURCES += %D%/base/secret.c
libkyman_a_SOURCES += %D%/base/sweep.c
libkyman_a_SOURCES += %D%/base/task.c
libkyman_a_SOURCES += %D%/base/text-base64.c
libkyman_a_SOURCES += %D%/base/text-fold.c
libkyman_a_SOURCES += %D%/base/text-time.c
libkyman_a_SOURCES += %D%/base/text.c
libkyman_a_SOURCES += %D%/base/width.def
EXTRA_DIST += %D%/base/gen-unicode.py

# pki
libkyman_a_SOURCES += %D%/pki/alg.c
libkyman_a_SOURCES += %D%/pki/asn1.c
libkyman_a_SOURCES += %D%/pki/cert-problems.c
libkyman_a_SOURCES += %D%/pki/cert-signature.c
libkyman_a_SOURCES += %D%/pki/cert.c
libkyman_a_SOURCES += %D%/pki/csr.c
libkyman_a_SOURCES += %D%/pki/curve.def
libkyman_a_SOURCES += %D%/pki/datum.c
libkyman_a_SOURCES += %D%/pki/dek.c
libkyman_a_SOURCES += %D%/pki/der-ber.c
libkyman_a_SOURCES += %D%/pki/der-write.c
libkyman_a_SOURCES += %D%/pki/der.c
libkyman_a_SOURCES += %D%/pki/dh.c
libkyman_a_SOURCES += %D%/pki/digest.c
libkyman_a_SOURCES += %D%/pki/dn-parse.c
libkyman_a_SOURCES += %D%/pki/dn.c
libkyman_a_SOURCES += %D%/pki/ec-point.c
libkyman_a_SOURCES += %D%/pki/ext-check.c
libkyman_a_SOURCES += %D%/pki/ext-text.c
libkyman_a_SOURCES += %D%/pki/ext.c
libkyman_a_SOURCES += %D%/pki/frame.c
libkyman_a_SOURCES += %D%/pki/issue-ext.c
libkyman_a_SOURCES += %D%/pki/issue.c
libkyman_a_SOURCES += %D%/pki/kdf.c
libkyman_a_SOURCES += %D%/pki/key-generate.c
libkyman_a_SOURCES += %D%/pki/key-name.c
libkyman_a_SOURCES += %D%/pki/key-pkcs8.c
libkyman_a_SOURCES += %D%/pki/key-verify.c
libkyman_a_SOURCES += %D%/pki/key.c
libkyman_a_SOURCES += %D%/pki/legacy-cipher.c
libkyman_a_SOURCES += %D%/pki/name-match.c
libkyman_a_SOURCES += %D%/pki/name-parse.c
libkyman_a_SOURCES += %D%/pki/name.c
libkyman_a_SOURCES += %D%/pki/oid.c
libkyman_a_SOURCES += %D%/pki/path-check.c
libkyman_a_SOURCES += %D%/pki/path-names.c
libkyman_a_SOURCES += %D%/pki/path-set.c
libkyman_a_SOURCES += %D%/pki/path-verify.c
libkyman_a_SOURCES += %D%/pki/path.c
libkyman_a_SOURCES += %D%/pki/pbe-cipher.c
libkyman_a_SOURCES += %D%/pki/pbe-form.c
libkyman_a_SOURCES += %D%/pki/pbe-mac.c
libkyman_a_SOURCES += %D%/pki/pbe-schemes.c
libkyman_a_SOURCES += %D%/pki/pbe.c
libkyman_a_SOURCES += %D%/pki/profile.c
libkyman_a_SOURCES += %D%/pki/pw.c
libkyman_a_SOURCES += %D%/pki/schema.c
libkyman_a_SOURCES += %D%/pki/scrypt.c
libkyman_a_SOURCES += %D%/pki/signature.c

# model
libkyman_a_SOURCES += %D%/model/blob.c
libkyman_a_SOURCES += %D%/model/diff.c
libkyman_a_SOURCES += %D%/model/entry.c
libkyman_a_SOURCES += %D%/model/kdb-extra.c
libkyman_a_SOURCES += %D%/model/kdb-index.c
libkyman_a_SOURCES += %D%/model/kdb.c
libkyman_a_SOURCES += %D%/model/select.c

# codec
libkyman_a_SOURCES += %D%/codec/cms.c
libkyman_a_SOURCES += %D%/codec/cms-fits.c
libkyman_a_SOURCES += %D%/codec/cms-frame.c
libkyman_a_SOURCES += %D%/codec/cms-load.c
libkyman_a_SOURCES += %D%/codec/cms-record.c
libkyman_a_SOURCES += %D%/codec/cms-rekey.c
libkyman_a_SOURCES += %D%/codec/cms-save.c
libkyman_a_SOURCES += %D%/codec/codec.c
libkyman_a_SOURCES += %D%/codec/intake.c
libkyman_a_SOURCES += %D%/codec/intake-container.c
libkyman_a_SOURCES += %D%/codec/intake-damage.c
libkyman_a_SOURCES += %D%/codec/intake-der.c
libkyman_a_SOURCES += %D%/codec/intake-keys.c
libkyman_a_SOURCES += %D%/codec/intake-pem.c
libkyman_a_SOURCES += %D%/codec/pem.c
libkyman_a_SOURCES += %D%/codec/pem-text.c
libkyman_a_SOURCES += %D%/codec/pieces.c
libkyman_a_SOURCES += %D%/codec/pkcs12.c
libkyman_a_SOURCES += %D%/codec/pkcs12-attrs.c
libkyman_a_SOURCES += %D%/codec/pkcs12-bags.c
libkyman_a_SOURCES += %D%/codec/pkcs12-export.c
libkyman_a_SOURCES += %D%/codec/pkcs12-frame.c
libkyman_a_SOURCES += %D%/codec/pkcs12-load.c
libkyman_a_SOURCES += %D%/codec/pkcs12-look.c
libkyman_a_SOURCES += %D%/codec/pkcs12-match.c
libkyman_a_SOURCES += %D%/codec/pkcs12-save.c
libkyman_a_SOURCES += %D%/codec/pkcs12-shroud.c
libkyman_a_SOURCES += %D%/codec/pkcs7.c
libkyman_a_SOURCES += %D%/codec/stash.c

# store
libkyman_a_SOURCES += %D%/store/lock.c
libkyman_a_SOURCES += %D%/store/parts.c
libkyman_a_SOURCES += %D%/store/stash-file.c
libkyman_a_SOURCES += %D%/store/store-save.c
libkyman_a_SOURCES += %D%/store/store-try.c
libkyman_a_SOURCES += %D%/store/store.c

# op
libkyman_a_SOURCES += %D%/op/args.c
libkyman_a_SOURCES += %D%/op/batch-bytes.c
libkyman_a_SOURCES += %D%/op/batch-csv.c
libkyman_a_SOURCES += %D%/op/batch-files.c
libkyman_a_SOURCES += %D%/op/batch-job.c
libkyman_a_SOURCES += %D%/op/batch-json.c
libkyman_a_SOURCES += %D%/op/batch-labels.c
libkyman_a_SOURCES += %D%/op/batch-rows.c
libkyman_a_SOURCES += %D%/op/batch-work.c
libkyman_a_SOURCES += %D%/op/bundle.c
libkyman_a_SOURCES += %D%/op/cert-add.c
libkyman_a_SOURCES += %D%/op/cert-copy.c
libkyman_a_SOURCES += %D%/op/cert-create.c
libkyman_a_SOURCES += %D%/op/cert-export.c
libkyman_a_SOURCES += %D%/op/cert-list.c
libkyman_a_SOURCES += %D%/op/cert-renew.c
libkyman_a_SOURCES += %D%/op/cert-verify.c
libkyman_a_SOURCES += %D%/op/cert.c
libkyman_a_SOURCES += %D%/op/create.c
libkyman_a_SOURCES += %D%/op/csr-rename.c
libkyman_a_SOURCES += %D%/op/csr-sign.c
libkyman_a_SOURCES += %D%/op/csr.c
libkyman_a_SOURCES += %D%/op/db-convert.c
libkyman_a_SOURCES += %D%/op/db-create.c
libkyman_a_SOURCES += %D%/op/db-passwd.c
libkyman_a_SOURCES += %D%/op/db-record-length.c
libkyman_a_SOURCES += %D%/op/db.c
libkyman_a_SOURCES += %D%/op/entry-make.c
libkyman_a_SOURCES += %D%/op/facts.c
libkyman_a_SOURCES += %D%/op/flat-json.c
libkyman_a_SOURCES += %D%/op/input.c
libkyman_a_SOURCES += %D%/op/issuer.c
libkyman_a_SOURCES += %D%/op/issuers.c
libkyman_a_SOURCES += %D%/op/key-index.c
libkyman_a_SOURCES += %D%/op/op.c
libkyman_a_SOURCES += %D%/op/param-create.c
libkyman_a_SOURCES += %D%/op/params.c
libkyman_a_SOURCES += %D%/op/result.c
libkyman_a_SOURCES += %D%/op/runner-database.c
libkyman_a_SOURCES += %D%/op/runner-fips.c
libkyman_a_SOURCES += %D%/op/runner-outputs.c
libkyman_a_SOURCES += %D%/op/runner-secrets.c
libkyman_a_SOURCES += %D%/op/runner-session.c
libkyman_a_SOURCES += %D%/op/runner-try.c
libkyman_a_SOURCES += %D%/op/runner.c
libkyman_a_SOURCES += %D%/op/secret-key.c
libkyman_a_SOURCES += %D%/op/secret-source.c
libkyman_a_SOURCES += %D%/op/services.c
libkyman_a_SOURCES += %D%/op/shape-args.c
libkyman_a_SOURCES += %D%/op/show-notes.c
libkyman_a_SOURCES += %D%/op/show-problems.c
libkyman_a_SOURCES += %D%/op/show.c
libkyman_a_SOURCES += %D%/op/take-answer.c
libkyman_a_SOURCES += %D%/op/take-certs.c
libkyman_a_SOURCES += %D%/op/take-keys.c
libkyman_a_SOURCES += %D%/op/transaction.c

# ui
libkyman_a_SOURCES += %D%/ui/ask-tty.c
libkyman_a_SOURCES += %D%/ui/command-text.c
libkyman_a_SOURCES += %D%/ui/completion.c
libkyman_a_SOURCES += %D%/ui/front.c
libkyman_a_SOURCES += %D%/ui/gskit-codes.c
libkyman_a_SOURCES += %D%/ui/gskit-copy.c
libkyman_a_SOURCES += %D%/ui/gskit-default.c
libkyman_a_SOURCES += %D%/ui/gskit-help.c
libkyman_a_SOURCES += %D%/ui/gskit-jobs.c
libkyman_a_SOURCES += %D%/ui/gskit-password.c
libkyman_a_SOURCES += %D%/ui/gskit-secret.c
libkyman_a_SOURCES += %D%/ui/gskit-shape.c
libkyman_a_SOURCES += %D%/ui/gskit-sign.c
libkyman_a_SOURCES += %D%/ui/gskit-table.c
libkyman_a_SOURCES += %D%/ui/gskit-values.c
libkyman_a_SOURCES += %D%/ui/gskit-words.c
libkyman_a_SOURCES += %D%/ui/gskit.c
libkyman_a_SOURCES += %D%/ui/gskkyman-ask.c
libkyman_a_SOURCES += %D%/ui/gskkyman-sign.c
libkyman_a_SOURCES += %D%/ui/gskkyman-tell.c
libkyman_a_SOURCES += %D%/ui/gskkyman.c
libkyman_a_SOURCES += %D%/ui/help.c
libkyman_a_SOURCES += %D%/ui/help-pages.c
libkyman_a_SOURCES += %D%/ui/info-extension.c
libkyman_a_SOURCES += %D%/ui/info.c
libkyman_a_SOURCES += %D%/ui/json.c
libkyman_a_SOURCES += %D%/ui/line.c
libkyman_a_SOURCES += %D%/ui/line-edit.c
libkyman_a_SOURCES += %D%/ui/line-pipe.c
libkyman_a_SOURCES += %D%/ui/menu-ask.c
libkyman_a_SOURCES += %D%/ui/menu-command.c
libkyman_a_SOURCES += %D%/ui/menu-job.c
libkyman_a_SOURCES += %D%/ui/menu-list.c
libkyman_a_SOURCES += %D%/ui/menu-names.c
libkyman_a_SOURCES += %D%/ui/menu-tell.c
libkyman_a_SOURCES += %D%/ui/menu.c
libkyman_a_SOURCES += %D%/ui/menus-choices.c
libkyman_a_SOURCES += %D%/ui/menus-jobs.c
libkyman_a_SOURCES += %D%/ui/menus.c
libkyman_a_SOURCES += %D%/ui/nearest.c
libkyman_a_SOURCES += %D%/ui/out.c
libkyman_a_SOURCES += %D%/ui/progress.c
libkyman_a_SOURCES += %D%/ui/run-line.c
libkyman_a_SOURCES += %D%/ui/run.c
libkyman_a_SOURCES += %D%/ui/scan.c
libkyman_a_SOURCES += %D%/ui/tty.c
libkyman_a_SOURCES += %D%/ui/view-gskit-details.c
libkyman_a_SOURCES += %D%/ui/view-gskit-extensions.c
libkyman_a_SOURCES += %D%/ui/view-gskit.c
libkyman_a_SOURCES += %D%/ui/view-json.c
libkyman_a_SOURCES += %D%/ui/view-json-entry.c
libkyman_a_SOURCES += %D%/ui/view-text.c
libkyman_a_SOURCES += %D%/ui/view-text-change.c
libkyman_a_SOURCES += %D%/ui/view-text-list.c
libkyman_a_SOURCES += %D%/ui/view-text-show.c
libkyman_a_SOURCES += %D%/ui/words.c
libkyman_a_SOURCES += %D%/ui/words-check.c

# The schema's tables. A release has them; made in the build folder, they win over those. The tool's
# first lines ask for a config.h that we do not have.
EXTRA_DIST += %D%/pki/schema.asn
MAINTAINERCLEANFILES += %D%/pki/schema.c
%D%/pki/schema.c: %D%/pki/schema.asn
	$(AM_V_GEN)$(MKDIR_P) %D%/pki && \
	$(ASN1PARSER) -n km_schema -o $@-t $(top_srcdir)/src/pki/schema.asn 2>$@-e || \
		{ cat $@-e >&2; exit 1; }; \
	sed '/^#if HAVE_CONFIG_H/,/^#endif/d' $@-t >$@-u && \
	rm -f $@-t $@-e && mv -f $@-u $@

bin_PROGRAMS += kyman
kyman_CPPFLAGS = $(libkyman_a_CPPFLAGS)
kyman_SOURCES = %D%/main.c
kyman_LDADD = $(kyman_libs)

# What the program itself writes: it knows its options best.
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = %D%/completion/kyman
CLEANFILES += %D%/completion/kyman
%D%/completion/kyman: kyman$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D%/completion && \
	./kyman$(EXEEXT) help completion-bash >$@-t && mv -f $@-t $@
