import threading

from faults.history import INFO, OK, History, read


def test_operation_is_read_back_as_it_began_and_ended(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        begun = history.invoke("p", "post", {"key": "k1"})
        history.end(begun, OK, {"status": 202})
        history.note("nemesis", "begin", "kill-worker")

    first, second, note = read(path)

    assert (first.type, first.value, first.op) == ("invoke", {"key": "k1"}, 1)
    assert (second.type, second.value, second.op) == (OK, {"status": 202}, 1)
    assert (note.type, note.process, note.f, note.op) == (INFO, "nemesis", "begin", 0)
    assert first.time <= second.time <= note.time
    assert first.wall <= note.wall


def test_lines_of_many_threads_stand_in_the_order_of_their_times(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:

        def work(name):
            for count in range(200):
                history.end(history.invoke(name, "post", count), OK, count)

        threads = [threading.Thread(target=work, args=(f"p{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    entries = list(read(path))

    assert len(entries) == 4 * 200 * 2
    assert [entry.time for entry in entries] == sorted(entry.time for entry in entries)
    assert len({entry.op for entry in entries}) == 4 * 200


def test_torn_last_line_of_a_killed_run_is_left_out(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        history.note("p", "f", 1)
        history.note("p", "f", 2)
    path.write_text(path.read_text()[:-20])

    assert [entry.value for entry in read(path)] == [1]


def test_end_that_comes_after_the_run_is_nobodys_news(tmp_path):
    path = tmp_path / "history.jsonl"
    history = History(path)
    begun = history.invoke("p", "post", {})
    history.close()

    history.end(begun, OK, {})

    assert len(list(read(path))) == 1
