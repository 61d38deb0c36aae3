//! The tables as diesel knows them, written to match `migrations/`; `tests/migrations.rs` compares.

diesel::table! {
    units (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        code -> Text,
        name -> Text,
        kind -> Text,
        position -> BigInt,
        path -> Text,
        sort_key -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        employee_number -> Text,
        name -> Text,
        unit_id -> BigInt,
        post -> Text,
        category -> Text,
        order_number -> BigInt,
        email -> Nullable<Text>,
        language -> Text,
        left_on -> Nullable<Date>,
        version -> BigInt,
    }
}

diesel::table! {
    memberships (id) {
        id -> BigInt,
        person_id -> BigInt,
        unit_id -> BigInt,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
    }
}

diesel::table! {
    roster_imports (id) {
        id -> BigInt,
        file_name -> Text,
        file -> Binary,
        uploaded_by -> Nullable<BigInt>,
        uploaded_at -> Timestamp,
        state -> Text,
        problem -> Nullable<Text>,
        n_new -> BigInt,
        n_changed -> BigInt,
        n_unchanged -> BigInt,
        n_errors -> BigInt,
        applied_at -> Nullable<Timestamp>,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    roster_import_rows (import_id, row_number) {
        import_id -> BigInt,
        row_number -> BigInt,
        verdict -> Text,
        employee_number -> Text,
        name -> Text,
        unit_id -> Nullable<BigInt>,
        unit_text -> Text,
        post -> Text,
        category -> Text,
        order_number -> BigInt,
        email -> Nullable<Text>,
        changes -> Text,
        stood_before -> Nullable<Text>,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        person_id -> BigInt,
        user_name -> Text,
        password_hash -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        text_size -> Text,
        notice_seen_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        version -> BigInt,
        password_set_at -> Nullable<Timestamp>,
        notice_version -> BigInt,
    }
}

diesel::table! {
    notices (version) {
        version -> BigInt,
        text_zh -> Text,
        text_en -> Text,
        written_by -> BigInt,
        written_at -> Timestamp,
    }
}

diesel::table! {
    factors (account_id) {
        account_id -> BigInt,
        sealed_secret -> Binary,
        began_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (id) {
        id -> BigInt,
        account_id -> BigInt,
        code_hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    logins (id) {
        id -> BigInt,
        account_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        kind -> Text,
    }
}

diesel::table! {
    sign_in_failures (subject) {
        subject -> Text,
        n_failures -> BigInt,
        last_failed_at -> Timestamp,
        wait_until -> Timestamp,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        account_id -> BigInt,
        nonce -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        account_id -> BigInt,
        role -> Text,
        unit_id -> Nullable<BigInt>,
        granted_by -> Nullable<BigInt>,
        granted_at -> Timestamp,
        session_id -> Nullable<BigInt>,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> BigInt,
        at -> Timestamp,
        person_id -> Nullable<BigInt>,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<BigInt>,
        origin -> Text,
        request -> Text,
    }
}

diesel::table! {
    audit_values (entry_id) {
        entry_id -> BigInt,
        details -> Text,
        salt -> Text,
    }
}

diesel::table! {
    audit_seals (entry_id) {
        entry_id -> BigInt,
        values_digest -> Nullable<Text>,
        hash -> Text,
    }
}

diesel::table! {
    audit_chain (id) {
        id -> BigInt,
        sealed_to -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    audit_checkpoints (id) {
        id -> BigInt,
        entry_id -> BigInt,
        hash -> Text,
        n_entries -> BigInt,
        made_at -> Timestamp,
        signature -> Text,
    }
}

diesel::table! {
    form_results (form_key) {
        form_key -> Text,
        location -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        subject_id -> BigInt,
        owner_id -> Nullable<BigInt>,
        state -> Text,
        n_total -> BigInt,
        n_done -> BigInt,
        n_failed -> BigInt,
        problem -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        n_claims -> BigInt,
    }
}

diesel::table! {
    job_failures (id) {
        id -> BigInt,
        job_id -> BigInt,
        part -> Text,
        problem -> Text,
        detail -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        message_id -> Text,
        matter -> Text,
        person_id -> BigInt,
        address -> Text,
        language -> Text,
        template -> Text,
        arguments -> Text,
        state -> Text,
        n_tries -> BigInt,
        next_try_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        lease_number -> BigInt,
        queued_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    readings (id) {
        id -> BigInt,
        slug -> Text,
        position -> BigInt,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        approved_digest -> Nullable<Text>,
        shipped -> Bool,
        current_version -> BigInt,
        retired_at -> Nullable<Timestamp>,
        retired_by -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    reading_versions (reading_id, number) {
        reading_id -> BigInt,
        number -> BigInt,
        digest -> Text,
        title_zh -> Text,
        title_en -> Text,
        summary_zh -> Text,
        summary_en -> Text,
        issuer_zh -> Text,
        issuer_en -> Text,
        document_number -> Text,
        in_force -> Nullable<Date>,
        body_zh -> Text,
        body_en -> Text,
        sources_zh -> Text,
        sources_en -> Text,
        file_use_id -> Nullable<BigInt>,
        searched -> Text,
        made_by -> Nullable<BigInt>,
        made_at -> Timestamp,
    }
}

diesel::table! {
    reading_marks (person_id, reading_id, reading_version) {
        person_id -> BigInt,
        reading_id -> BigInt,
        reading_version -> BigInt,
        read_at -> Timestamp,
    }
}

diesel::table! {
    statutes (id) {
        id -> BigInt,
        name -> Text,
        in_force -> Nullable<Date>,
        amended_on -> Nullable<Date>,
        note -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    reading_citations (reading_id, reading_version, position) {
        reading_id -> BigInt,
        reading_version -> BigInt,
        position -> BigInt,
        statute_id -> BigInt,
        article -> Text,
        in_force -> Nullable<Date>,
    }
}

diesel::table! {
    statute_reviews (statute_id, reading_id, amended_on) {
        statute_id -> BigInt,
        reading_id -> BigInt,
        amended_on -> Date,
        reviewed_by -> Nullable<BigInt>,
        reviewed_at -> Timestamp,
    }
}

diesel::table! {
    question_approvals (reading_id, question) {
        reading_id -> BigInt,
        question -> Text,
        digest -> Text,
        approved_by -> BigInt,
        approved_at -> Timestamp,
    }
}

diesel::table! {
    own_questions (id) {
        id -> BigInt,
        reading_id -> BigInt,
        kind -> Text,
        question_zh -> Text,
        question_en -> Text,
        choices_zh -> Text,
        choices_en -> Text,
        right_choices -> Text,
        explanation_zh -> Text,
        explanation_en -> Text,
        statute -> Text,
        article -> Text,
        source -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    question_retirements (reading_id, question) {
        reading_id -> BigInt,
        question -> Text,
        retired_by -> BigInt,
        retired_at -> Timestamp,
    }
}

diesel::table! {
    self_test_passes (person_id, reading_id) {
        person_id -> BigInt,
        reading_id -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        title -> Text,
        purpose -> Text,
        speaker -> Text,
        organiser -> Text,
        requirements -> Text,
        remark -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        opens_before_minutes -> BigInt,
        study_minutes -> BigInt,
        state -> Text,
        revision -> BigInt,
        created_by -> Nullable<BigInt>,
        published_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
        cancelled_at -> Nullable<Timestamp>,
        state_reason -> Nullable<Text>,
        version -> BigInt,
        reply_by -> Nullable<Timestamp>,
        make_up_of -> Nullable<BigInt>,
    }
}

diesel::table! {
    session_documents (session_id, position) {
        session_id -> BigInt,
        position -> BigInt,
        title -> Text,
        source -> Text,
        issued_on -> Nullable<Date>,
        text -> Text,
    }
}

diesel::table! {
    session_topics (session_id, position) {
        session_id -> BigInt,
        position -> BigInt,
        title -> Text,
    }
}

diesel::table! {
    session_readings (session_id, reading_id) {
        session_id -> BigInt,
        reading_id -> BigInt,
        position -> BigInt,
        timing -> Text,
        topic -> Nullable<BigInt>,
    }
}

diesel::table! {
    venues (id) {
        id -> BigInt,
        session_id -> BigInt,
        position -> BigInt,
        name -> Text,
        kind -> Text,
        by_phone -> Bool,
        by_kiosk -> Bool,
        by_paper -> Bool,
    }
}

diesel::table! {
    session_clerks (session_id, venue_id, person_id) {
        session_id -> BigInt,
        venue_id -> BigInt,
        person_id -> BigInt,
    }
}

diesel::table! {
    audience_categories (session_id, category) {
        session_id -> BigInt,
        category -> Text,
    }
}

diesel::table! {
    audience_units (session_id, unit_id) {
        session_id -> BigInt,
        unit_id -> BigInt,
    }
}

diesel::table! {
    audience_people (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        choice -> Text,
    }
}

diesel::table! {
    roster (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        position -> BigInt,
        unit_id -> BigInt,
        unit_name -> Text,
        name -> Text,
        post -> Text,
        category -> Text,
        venue_id -> BigInt,
    }
}

diesel::table! {
    attendance (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        state -> Text,
        late -> Bool,
        left_early -> Bool,
        method -> Text,
        venue_id -> Nullable<BigInt>,
        leave_kind -> Nullable<Text>,
        stand_in -> Nullable<Text>,
        make_up -> Text,
        make_up_kind -> Nullable<Text>,
        arrived_at -> Nullable<Timestamp>,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
        version -> BigInt,
        device -> Nullable<Text>,
        code_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attendance_changes (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        state_before -> Nullable<Text>,
        state_after -> Nullable<Text>,
        reason -> Text,
        after_confirmation -> Bool,
        changed_by -> Nullable<BigInt>,
        changed_at -> Timestamp,
        value_before -> Nullable<Text>,
        value_after -> Nullable<Text>,
    }
}

diesel::table! {
    attendance_requests (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        kind -> Text,
        asked_value -> Nullable<Text>,
        reason -> Text,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        state -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        answer -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    replies (session_id, unit_id) {
        session_id -> BigInt,
        unit_id -> BigInt,
        draft -> Nullable<Text>,
        drafted_by -> Nullable<BigInt>,
        drafted_at -> Nullable<Timestamp>,
        sent_by -> Nullable<BigInt>,
        sent_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    code_tries (login_id) {
        login_id -> BigInt,
        n_wrong -> BigInt,
        wait_until -> Nullable<Timestamp>,
        wrong_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    code_addresses (address) {
        address -> Text,
        minute -> BigInt,
        n_wrong -> BigInt,
    }
}

diesel::table! {
    screens (name) {
        name -> Text,
        session_id -> BigInt,
        venue_id -> BigInt,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    guests (id) {
        id -> BigInt,
        session_id -> BigInt,
        venue_id -> BigInt,
        person_id -> Nullable<BigInt>,
        name -> Text,
        unit_name -> Text,
        asked_by -> Nullable<BigInt>,
        asked_at -> Timestamp,
        state -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        merged_into -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    calls (id) {
        id -> BigInt,
        title -> Text,
        note -> Text,
        session_id -> Nullable<BigInt>,
        given_by -> Nullable<BigInt>,
        given_at -> Timestamp,
        due_on -> Date,
        version -> BigInt,
        study_minutes -> BigInt,
    }
}

diesel::table! {
    call_readings (call_id, reading_id) {
        call_id -> BigInt,
        reading_id -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    unit_tasks (id) {
        id -> BigInt,
        call_id -> BigInt,
        unit_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        kind -> Text,
        state -> Text,
        due_on -> Date,
        submitted_by -> Nullable<BigInt>,
        submitted_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        comment -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    implementation_reports (unit_task_id) {
        unit_task_id -> BigInt,
        studied -> Text,
        next_steps -> Text,
        contact -> Text,
        handed_in -> Nullable<Text>,
        written_by -> Nullable<BigInt>,
        written_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    implementation_rows (id) {
        id -> BigInt,
        unit_task_id -> BigInt,
        position -> BigInt,
        problem -> Text,
        measure -> Text,
        responsible -> Text,
        due_on -> Nullable<Date>,
        state -> Text,
        removed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    implementation_changes (id) {
        id -> BigInt,
        row_id -> BigInt,
        state_before -> Text,
        state -> Text,
        due_before -> Nullable<Date>,
        due_on -> Nullable<Date>,
        note -> Text,
        changed_by -> Nullable<BigInt>,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    volume_items (id) {
        id -> BigInt,
        shipped -> Nullable<BigInt>,
        position -> BigInt,
        wording_zh -> Nullable<Text>,
        wording_en -> Nullable<Text>,
        articles -> Nullable<Text>,
        is_used -> Bool,
    }
}

diesel::table! {
    volume_list (id) {
        id -> BigInt,
        asks_counts -> Bool,
        changed_by -> Nullable<BigInt>,
        changed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    volume_checks (unit_task_id) {
        unit_task_id -> BigInt,
        note -> Text,
        n_reviewed -> Nullable<BigInt>,
        n_complete -> Nullable<BigInt>,
        n_completing -> Nullable<BigInt>,
        handed_in -> Nullable<Text>,
        written_by -> Nullable<BigInt>,
        written_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    volume_answers (unit_task_id, item_id) {
        unit_task_id -> BigInt,
        item_id -> BigInt,
        answer -> Text,
    }
}

diesel::table! {
    assignments (id) {
        id -> BigInt,
        kind -> Text,
        title -> Text,
        note -> Text,
        unit_id -> BigInt,
        session_id -> Nullable<BigInt>,
        given_by -> Nullable<BigInt>,
        given_at -> Timestamp,
        due_on -> Date,
        study_minutes -> BigInt,
        unit_task_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    tasks (id) {
        id -> BigInt,
        assignment_id -> BigInt,
        kind -> Text,
        person_id -> BigInt,
        reading_id -> BigInt,
        session_id -> Nullable<BigInt>,
        matter -> Text,
        state -> Text,
        due_on -> Date,
        done_at -> Nullable<Timestamp>,
        version -> BigInt,
        reading_version -> BigInt,
        read_version -> Nullable<BigInt>,
    }
}

diesel::table! {
    meetings (id) {
        id -> BigInt,
        unit_id -> BigInt,
        unit_task_id -> Nullable<BigInt>,
        session_id -> Nullable<BigInt>,
        state -> Text,
        held_on -> Nullable<Date>,
        place -> Text,
        chair -> Text,
        recorder -> Text,
        theme -> Text,
        other_readings -> Text,
        questions -> Text,
        with_below -> Bool,
        begun_by -> Nullable<BigInt>,
        begun_at -> Timestamp,
        submitted_by -> Nullable<BigInt>,
        submitted_at -> Nullable<Timestamp>,
        entered_on -> Nullable<Date>,
        version -> BigInt,
    }
}

diesel::table! {
    meeting_people (meeting_id, person_id) {
        meeting_id -> BigInt,
        person_id -> BigInt,
        presence -> Text,
        position -> BigInt,
        name -> Text,
        post -> Text,
        unit_name -> Text,
    }
}

diesel::table! {
    meeting_readings (meeting_id, reading_id) {
        meeting_id -> BigInt,
        reading_id -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    meeting_gists (meeting_id, position) {
        meeting_id -> BigInt,
        position -> BigInt,
        person_id -> Nullable<BigInt>,
        text -> Text,
    }
}

diesel::table! {
    meeting_actions (meeting_id, position) {
        meeting_id -> BigInt,
        position -> BigInt,
        what -> Text,
        who -> Text,
        due_on -> Nullable<Date>,
    }
}

diesel::table! {
    reflections (task_id) {
        task_id -> BigInt,
        title -> Text,
        text -> Text,
        written_at -> Timestamp,
        submitted_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        comment -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    reminder_rules (kind) {
        kind -> Text,
        is_on -> Bool,
        days -> BigInt,
        at_most -> BigInt,
        words_zh -> Text,
        words_en -> Text,
        version -> BigInt,
        hours -> BigInt,
    }
}

diesel::table! {
    study_requirements (year, category) {
        year -> BigInt,
        category -> Text,
        minutes -> Nullable<BigInt>,
        document_title -> Text,
        document_number -> Text,
        document_on -> Nullable<Date>,
        set_by -> Nullable<BigInt>,
        set_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    session_totals (session_id, unit_id, category) {
        session_id -> BigInt,
        unit_id -> BigInt,
        category -> Text,
        n_roster -> BigInt,
        n_present -> BigInt,
        n_leave -> BigInt,
        n_stand_in -> BigInt,
        n_absent -> BigInt,
        n_exempt -> BigInt,
        n_late -> BigInt,
        n_left_early -> BigInt,
        n_by_session -> BigInt,
        n_by_meeting -> BigInt,
        n_by_study -> BigInt,
        n_otherwise -> BigInt,
    }
}

diesel::table! {
    final_reports (id) {
        id -> BigInt,
        year -> BigInt,
        serial -> BigInt,
        session_id -> Nullable<BigInt>,
        basis -> Text,
        digest -> Text,
        made_at -> Timestamp,
        made_by -> Nullable<BigInt>,
        replaces_id -> Nullable<BigInt>,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
        unit_id -> Nullable<BigInt>,
        category -> Nullable<Text>,
    }
}

diesel::table! {
    people_lists (id) {
        id -> BigInt,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        language -> Text,
        title -> Text,
        wanted -> Text,
        n_rows -> BigInt,
        digest -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
    }
}

diesel::table! {
    session_archives (id) {
        id -> BigInt,
        session_id -> BigInt,
        version -> BigInt,
        digest -> Text,
        size_bytes -> BigInt,
        made_at -> Timestamp,
        made_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    reminders (id) {
        id -> BigInt,
        person_id -> BigInt,
        kind -> Text,
        subject_id -> BigInt,
        occurrence -> Text,
        outcome -> Text,
        reason -> Nullable<Text>,
        outbox_id -> Nullable<BigInt>,
        about_on -> Date,
        planned_at -> Timestamp,
    }
}

diesel::table! {
    reminder_pauses (person_id) {
        person_id -> BigInt,
        until_on -> Date,
    }
}

diesel::table! {
    refused_addresses (address) {
        address -> Text,
        problem -> Text,
        refused_at -> Timestamp,
    }
}

diesel::table! {
    kiosks (id) {
        id -> BigInt,
        session_id -> BigInt,
        venue_id -> BigInt,
        name -> Text,
        nonce -> Text,
        link_expires_at -> Timestamp,
        token_hash -> Nullable<Text>,
        opened_by -> BigInt,
        opened_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        last_seen_at -> Nullable<Timestamp>,
        n_waiting -> BigInt,
        oldest_waiting_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    kiosk_entries (id) {
        id -> BigInt,
        kiosk_id -> BigInt,
        entry_key -> Text,
        session_id -> BigInt,
        person_id -> BigInt,
        happened_at -> Timestamp,
        received_at -> Timestamp,
        clock_ahead_seconds -> BigInt,
        effect -> Text,
        review -> Nullable<Text>,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    door_openings (id) {
        id -> BigInt,
        kiosk_id -> BigInt,
        person_id -> BigInt,
        nonce -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        digest -> Text,
        kind -> Text,
        size_bytes -> BigInt,
        touched_at -> Timestamp,
    }
}

diesel::table! {
    file_uses (id) {
        id -> BigInt,
        file_id -> BigInt,
        subject_kind -> Text,
        subject_id -> BigInt,
        name -> Text,
        added_by -> Nullable<BigInt>,
        added_at -> Timestamp,
    }
}

diesel::table! {
    verifications (session_id, person_id, reason, arrived_at) {
        session_id -> BigInt,
        person_id -> BigInt,
        reason -> Text,
        arrived_at -> Timestamp,
        decision -> Text,
        note -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Timestamp,
    }
}

diesel::table! {
    backups (id) {
        id -> BigInt,
        due_on -> Nullable<Date>,
        state -> Text,
        n_tries -> BigInt,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        file_name -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    feedback (id) {
        id -> BigInt,
        kind -> Text,
        text -> Text,
        written_by -> BigInt,
        written_at -> Timestamp,
        answer -> Text,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::joinable!(meetings -> units (unit_id));
diesel::joinable!(meetings -> unit_tasks (unit_task_id));
diesel::joinable!(meetings -> sessions (session_id));
diesel::joinable!(meeting_people -> meetings (meeting_id));
diesel::joinable!(meeting_people -> people (person_id));
diesel::joinable!(meeting_readings -> readings (reading_id));
diesel::joinable!(meeting_gists -> people (person_id));
diesel::joinable!(reflections -> tasks (task_id));
diesel::joinable!(people -> units (unit_id));
diesel::joinable!(memberships -> people (person_id));
diesel::joinable!(memberships -> units (unit_id));
diesel::joinable!(roster_imports -> people (uploaded_by));
diesel::joinable!(roster_import_rows -> roster_imports (import_id));
diesel::joinable!(roster_import_rows -> units (unit_id));
diesel::joinable!(accounts -> people (person_id));
diesel::joinable!(logins -> accounts (account_id));
diesel::joinable!(invitations -> accounts (account_id));
diesel::joinable!(invitations -> people (created_by));
diesel::joinable!(grants -> accounts (account_id));
diesel::joinable!(grants -> units (unit_id));
diesel::joinable!(grants -> sessions (session_id));
diesel::joinable!(grants -> people (granted_by));
diesel::joinable!(audit_entries -> people (person_id));
diesel::joinable!(audit_values -> audit_entries (entry_id));
diesel::joinable!(jobs -> people (owner_id));
diesel::joinable!(job_failures -> jobs (job_id));
diesel::joinable!(outbox -> people (person_id));
diesel::joinable!(readings -> people (approved_by));
diesel::joinable!(reading_marks -> people (person_id));
diesel::joinable!(reading_marks -> readings (reading_id));
diesel::joinable!(reading_versions -> readings (reading_id));
diesel::joinable!(reading_citations -> statutes (statute_id));
diesel::joinable!(question_approvals -> people (approved_by));
diesel::joinable!(sessions -> people (created_by));
diesel::joinable!(session_documents -> sessions (session_id));
diesel::joinable!(session_topics -> sessions (session_id));
diesel::joinable!(session_readings -> sessions (session_id));
diesel::joinable!(session_readings -> readings (reading_id));
diesel::joinable!(venues -> sessions (session_id));
diesel::joinable!(factors -> accounts (account_id));
diesel::joinable!(recovery_codes -> accounts (account_id));
diesel::joinable!(session_clerks -> sessions (session_id));
diesel::joinable!(session_clerks -> venues (venue_id));
diesel::joinable!(session_clerks -> people (person_id));
diesel::joinable!(audience_categories -> sessions (session_id));
diesel::joinable!(audience_units -> sessions (session_id));
diesel::joinable!(audience_units -> units (unit_id));
diesel::joinable!(audience_people -> sessions (session_id));
diesel::joinable!(audience_people -> people (person_id));
diesel::joinable!(roster -> sessions (session_id));
diesel::joinable!(roster -> people (person_id));
diesel::joinable!(roster -> units (unit_id));
diesel::joinable!(roster -> venues (venue_id));
diesel::joinable!(attendance -> venues (venue_id));
diesel::joinable!(attendance -> people (recorded_by));
diesel::joinable!(attendance_changes -> people (changed_by));
diesel::joinable!(attendance_requests -> sessions (session_id));
diesel::joinable!(replies -> units (unit_id));
diesel::joinable!(calls -> sessions (session_id));
diesel::joinable!(calls -> people (given_by));
diesel::joinable!(call_readings -> calls (call_id));
diesel::joinable!(call_readings -> readings (reading_id));
diesel::joinable!(unit_tasks -> calls (call_id));
diesel::joinable!(unit_tasks -> units (unit_id));
diesel::joinable!(implementation_reports -> unit_tasks (unit_task_id));
diesel::joinable!(implementation_rows -> implementation_reports (unit_task_id));
diesel::joinable!(implementation_changes -> implementation_rows (row_id));
diesel::joinable!(implementation_changes -> people (changed_by));
diesel::joinable!(volume_checks -> unit_tasks (unit_task_id));
diesel::joinable!(volume_answers -> volume_checks (unit_task_id));
diesel::joinable!(volume_answers -> volume_items (item_id));
diesel::joinable!(assignments -> unit_tasks (unit_task_id));
diesel::joinable!(assignments -> units (unit_id));
diesel::joinable!(assignments -> sessions (session_id));
diesel::joinable!(assignments -> people (given_by));
diesel::joinable!(tasks -> assignments (assignment_id));
diesel::joinable!(tasks -> people (person_id));
diesel::joinable!(tasks -> readings (reading_id));
diesel::joinable!(tasks -> sessions (session_id));
diesel::joinable!(study_requirements -> people (set_by));
diesel::joinable!(final_reports -> sessions (session_id));
diesel::joinable!(final_reports -> units (unit_id));
diesel::joinable!(people_lists -> people (asked_by));
diesel::joinable!(session_totals -> sessions (session_id));
diesel::joinable!(session_totals -> units (unit_id));
diesel::joinable!(reminders -> people (person_id));
diesel::joinable!(reminder_pauses -> people (person_id));
diesel::joinable!(reminders -> outbox (outbox_id));
diesel::joinable!(file_uses -> files (file_id));
diesel::joinable!(file_uses -> people (added_by));
diesel::joinable!(kiosks -> sessions (session_id));
diesel::joinable!(kiosks -> venues (venue_id));
diesel::joinable!(kiosk_entries -> kiosks (kiosk_id));
diesel::joinable!(kiosk_entries -> people (person_id));
diesel::joinable!(door_openings -> kiosks (kiosk_id));
diesel::joinable!(door_openings -> people (person_id));
diesel::joinable!(feedback -> people (written_by));

diesel::allow_tables_to_appear_in_same_query!(
    units,
    people,
    memberships,
    roster_imports,
    roster_import_rows,
    accounts,
    logins,
    factors,
    recovery_codes,
    sign_in_failures,
    invitations,
    grants,
    settings,
    audit_entries,
    audit_values,
    audit_seals,
    audit_chain,
    audit_checkpoints,
    form_results,
    jobs,
    job_failures,
    outbox,
    readings,
    reading_marks,
    reading_versions,
    reading_citations,
    statutes,
    statute_reviews,
    question_approvals,
    own_questions,
    question_retirements,
    self_test_passes,
    sessions,
    session_documents,
    session_topics,
    session_readings,
    venues,
    session_clerks,
    audience_categories,
    audience_units,
    audience_people,
    roster,
    attendance,
    attendance_changes,
    attendance_requests,
    replies,
    code_tries,
    code_addresses,
    screens,
    guests,
    calls,
    call_readings,
    unit_tasks,
    implementation_reports,
    implementation_rows,
    implementation_changes,
    volume_items,
    volume_list,
    volume_checks,
    volume_answers,
    assignments,
    tasks,
    reminder_rules,
    reminders,
    reminder_pauses,
    refused_addresses,
    kiosks,
    kiosk_entries,
    door_openings,
    files,
    file_uses,
    verifications,
    meetings,
    meeting_people,
    meeting_readings,
    meeting_gists,
    meeting_actions,
    reflections,
    study_requirements,
    final_reports,
    session_archives,
    people_lists,
    feedback,
    notices,
    session_totals,
);

// The figures of a session are grouped by what is recorded and by whose it is.
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    sessions::id,
    sessions::starts_at,
    roster::session_id,
    roster::unit_id,
    roster::unit_name,
    roster::category,
    roster::venue_id,
    attendance::state,
    attendance::late,
    attendance::left_early,
    attendance::make_up,
    attendance::make_up_kind,
    attendance::venue_id,
);

// The figures of a period.
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    sessions::title,
    sessions::id,
    sessions::starts_at,
    session_totals::unit_id,
    session_totals::category,
);

// How far an assignment has come.
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    tasks::assignment_id,
    tasks::state,
    tasks::due_on,
    attendance::state,
);
