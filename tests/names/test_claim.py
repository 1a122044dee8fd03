"""What a whole name allows the weights to be."""

from __future__ import annotations

import pytest

from dara_lint.names import architecture_claim, parse


@pytest.mark.parametrize(
    ("name", "model_type"),
    [
        ("bert-base-uncased", "bert"), ("distilbert-base-uncased", "distilbert"), ("albert-base-v2", "albert"),
        ("roberta-base", "roberta"), ("microsoft/deberta-v3-base", "deberta-v2"), ("lmsys/vicuna-7b-v1.5", "llama"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "qwen2"), ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "llama"),
        ("internlm/internlm-7b", "internlm"), ("internlm/internlm-7b", "llama"), ("Qwen/Qwen2.5-VL-7B", "qwen2_5_vl"),
        ("Qwen/Qwen1.5-7B", "qwen2"), ("ku-nlp/bart-base-japanese", "mbart"), ("hfl/chinese-roberta-wwm-ext", "bert"),
        ("nlpconnect/vit-gpt2-image-captioning", "vision-encoder-decoder"), ("mistralai/Mistral-7B-v0.1", "mistral"),
        ("x/bert-base-summarization", "encoder-decoder"), ("M-CLIP/M-BERT-Distil-40", "distilbert"),
        ("google/gemma-3n-E2B-it", "gemma3n"), ("llava-hf/llava-v1.6-mistral-7b-hf", "llava_next"),
        ("deepseek-ai/DeepSeek-V3-0324", "deepseek_v3"), ("aya-101", "t5"), ("openai/whisper-tiny", "whisper"),
        ("TheBloke/Mixtral-8x7B-v0.1-GGUF", "llama"), ("NousResearch/Hermes-3-Llama-3.1-8B", "llama"),
        ("jinaai/jina-clip-v2", "jina_clip"), ("fixie-ai/ultravox-v0_5-llama-3_2-1b", "ultravox"),
        ("adept-fuyu-8b", "fuyu"), ("tencent/HY-MT1.5-7B", "hunyuan_v1_dense"), ("hfl/chinese-bert-wwm", "bert"),
        ("NousResearch/Hermes-2-Pro-Llama-3-8B", "llama"), ("x/distill-bert-base-spanish", "bert"),
        ("MoritzLaurer/deberta-v3-large-mnli-ling-wanli", "deberta-v2"), ("google/mt5-small", "mt5"),
    ],
)  # fmt: skip
def test_a_rightful_type_is_allowed(name: str, model_type: str) -> None:
    assert model_type in architecture_claim(parse(name))


@pytest.mark.parametrize(
    ("name", "model_type"),
    [
        ("distilbert-base-uncased", "bert"), ("albert-base-v2", "bert"), ("microsoft/deberta-v3-base", "bert"),
        ("roberta-base", "bert"), ("acme/bert-7b-v2", "llama"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek_v3"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "llama"), ("Qwen/Qwen2.5-VL-7B", "qwen2"), ("gpt2", "gpt_neox"),
        ("Qwen/Qwen3-8B", "qwen2"), ("google/vit-base-patch16-224", "resnet"), ("openai/whisper-tiny", "wav2vec2"),
    ],
)  # fmt: skip
def test_another_type_is_not(name: str, model_type: str) -> None:
    claim = architecture_claim(parse(name))
    assert claim
    assert model_type not in claim


@pytest.mark.parametrize(
    "name",
    [
        "", "x", "my-model", "ChemBERTish-base", "llama-7b-draft", "xlm-roberta-base2longformer-8192", "output",
        "Severus-7B",
        "mini2bert-mini", "donut-or-bagel", "suno/xtts", "scibertish", "Llama-Tokenizer",
        "q-future/one-align", "moondream-next-llama-13b-mtp",
        "x/canine-breed-classifier", "x/solar-panel-detector", "falcon-heights-weather", "x/dolphin_whistle_recordings",
    ],
)  # fmt: skip
def test_what_is_doubtful_claims_nothing(name: str) -> None:
    assert architecture_claim(parse(name)) == frozenset()


@pytest.mark.parametrize(
    "name", ["google/canine-s", "upstage/SOLAR-10.7B", "tiiuae/falcon-7b", "donut-base-receipts", "solar-10.7b-panel"]
)
def test_a_family_that_is_a_word_is_one_with_a_size(name: str) -> None:
    assert architecture_claim(parse(name))


@pytest.mark.parametrize(
    "name",
    [
        "x/Baichuan-M9-32B", "x/codegen9-7b", "x/aya-77", "x/gptj-zeta-1.3B", "deepseek-ai/DeepSeek-Math-V3",
        "x/OvisReader2", "x/DanskBERT", "x/mpnet-embed-v2", "x/Kimi-Zeta-72B", "x/opt-vl-7b",
    ],
)  # fmt: skip
def test_what_goes_beyond_the_lexicon_claims_nothing(name: str) -> None:
    """A later generation, a variant or a made-up word is often another design than the family it is called after."""
    assert architecture_claim(parse(name)) == frozenset()


@pytest.mark.parametrize(
    ("name", "model_type"),
    [
        ("x/Baichuan-13B", "baichuan"), ("x/codegen-7b", "codegen"), ("x/gptj-1.3B", "gptj"),
        ("deepseek-ai/deepseek-math-7b", "llama"), ("01-ai/Yi-1.5-34B", "llama"), ("google/bert-base-v2", "bert"),
        ("sentence-transformers/all-mpnet-base-v2", "mpnet"), ("openbmb/MiniCPM-V-2_6", "minicpmv"),
        ("x/llama2-7b-zeta", "llama"),
    ],
)  # fmt: skip
def test_what_stays_within_it_claims(name: str, model_type: str) -> None:
    assert model_type in architecture_claim(parse(name))


def test_opt_behind_a_format_is_optimised() -> None:
    assert architecture_claim(parse("LLM_onnx_export_testing__onnx_opt")) == frozenset()
    assert "opt" in architecture_claim(parse("KoboldAI-OPT-6.7B-Erebus"))
