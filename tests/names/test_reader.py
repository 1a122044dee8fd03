"""The reader on names whose meaning is no matter of taste: one line a name, ``text=element:normal``."""

from __future__ import annotations

import pytest

from dara_lint.names import Element, parse

SHORT = {
    "arch": Element.architecture, "size": Element.size, "param": Element.parameters, "data": Element.dataset,
    "char": Element.characteristic, "version": Element.version, "reuse": Element.reuse, "lang": Element.language,
    "task": Element.task, "train": Element.training, "layers": Element.layers, "heads": Element.heads,
    "format": Element.format, "org": Element.organisation, "other": Element.other,
}  # fmt: skip

NAMES = """
meta-llama/Llama-3.1-8B-Instruct | Llama=arch:llama 3.1=version:3.1 8B=param:8000000000 Instruct=task:instruct
Llama2-7b | Llama=arch:llama 2=version:2 7b=param:7000000000
openai-community/gpt2-medium | gpt2=arch:gpt2 medium=size:medium
openai/gpt-2 | gpt-2=arch:gpt2
google-bert/bert-base-uncased | bert=arch:bert base=size:base uncased=char:uncased
distilbert-base-cased | distilbert=arch:distilbert base=size:base cased=char:cased
FacebookAI/xlm-roberta-large | xlm-roberta=arch:xlmroberta large=size:large
mistralai/Mixtral-8x7B-Instruct-v0.1 | Mixtral=arch:mixtral 8x7B=param:8x7000000000 Instruct=task:instruct v0.1=version:0.1
Qwen/Qwen3-30B-A3B-Instruct-2507 | Qwen=arch:qwen 3=version:3 30B-A3B=param:30000000000-A3000000000 Instruct=task:instruct 2507=version:date=2025-07
Qwen1.5-MoE-A2.7B-Chat | Qwen=arch:qwen 1.5=version:1.5 MoE=other:moe A2.7B=param:A2700000000 Chat=task:chat
google/gemma-3n-E2B-it | gemma=arch:gemma 3n=version:3n E2B=param:E2000000000 it=task:instruct
google/gemma-2-2b | gemma=arch:gemma 2=version:2 2b=param:2000000000
meta-llama/Llama-4-Maverick-17B-128E | Llama=arch:llama 4=version:4 Maverick=other:maverick 17B-128E=param:A17000000000
bigscience/bloom-7b1 | bloom=arch:bloom 7b1=param:7100000000
facebook/opt-1-3b | opt=arch:opt 1-3b=param:1300000000
facebook/opt-1.3b | opt=arch:opt 1.3b=param:1300000000
Qwen/Qwen-1_8B | Qwen=arch:qwen 1_8B=param:1800000000
laion/CLIP-ViT-L-14-laion2B-s34B-b79K | CLIP-ViT=arch:clipvit L=size:l 14=char:patch=14 laion2B=data:laion s34B-b79K=char:samples=34000000000
facebook/wav2vec2-base-960h | wav2vec2=arch:wav2vec2 base=size:base 960h=char:hours=960
google/bert_uncased_L-12_H-768_A-12 | bert=arch:bert uncased=char:uncased L-12=layers:12 H-768=char:hidden=768 A-12=heads:12
sentence-transformers/all-MiniLM-L6-v2 | all-MiniLM=arch:allminilm L6=layers:6 v2=version:2
microsoft/resnet-50 | resnet=arch:resnet 50=layers:50
timm/resnet50.a1_in1k | resnet=arch:resnet 50=layers:50 a1=train:a1 in1k=data:imagenet
timm/vit_base_patch16_224.augreg_in21k_ft_in1k | vit=arch:vit base=size:base patch16=char:patch=16 224=char:image=224 augreg=train:augreg in21k=data:imagenet ft=reuse:finetuned in1k=data:imagenet
google/vit-base-patch16-224-in21k | vit=arch:vit base=size:base patch16=char:patch=16 224=char:image=224 in21k=data:imagenet
deepseek-ai/DeepSeek-R1-Distill-Qwen-32B | DeepSeek=arch:deepseek R1=version:r1 Distill=reuse:distilled Qwen=arch:qwen 32B=param:32000000000
deepseek-ai/deepseek-coder-6.7b-base | deepseek=arch:deepseek coder=task:text-generation 6.7b=param:6700000000 base=train:base
deepseek-ai/DeepSeek-V3-0324 | DeepSeek=arch:deepseek V3=version:3 0324=version:date=03-24
TheBloke/Llama-2-7B-Chat-GGUF/llama-2-7b-chat.Q4_K_M.gguf | llama=arch:llama 2=version:2 7b=param:7000000000 chat=task:chat Q4_K_M=format:gguf:Q4_K_M gguf=format:gguf
bartowski/gemma-2-9b-it-IQ3_XXS | gemma=arch:gemma 2=version:2 9b=param:9000000000 it=task:instruct IQ3_XXS=format:gguf:IQ3_XXS
unsloth/Qwen2-7B-bnb-4bit | Qwen=arch:qwen 2=version:2 7B=param:7000000000 bnb=format:bnb 4bit=format:int4
TheBloke/Mistral-7B-v0.1-AWQ | Mistral=arch:mistral 7B=param:7000000000 v0.1=version:0.1 AWQ=format:awq
neuralmagic/gemma-2-2b-it-quantized.w4a16 | gemma=arch:gemma 2=version:2 2b=param:2000000000 it=task:instruct quantized=reuse:quantized w4a16=format:w4a16
mlx-community/Yi-1.5-9B-Chat-bf16 | Yi=arch:yi 1.5=version:1.5 9B=param:9000000000 Chat=task:chat bf16=format:bf16
Helsinki-NLP/opus-mt-en-fr | opus=arch:opus mt=task:translation en=lang:en fr=lang:fr
neuralmind/bert-base-portuguese-cased | bert=arch:bert base=size:base portuguese=lang:pt cased=char:cased
x/roberta-base-pt-br | roberta=arch:roberta base=size:base pt-br=lang:pt-BR
x/koen-llama-7b | ko=lang:ko en=lang:en llama=arch:llama 7b=param:7000000000
deepset/roberta-base-squad2 | roberta=arch:roberta base=size:base squad2=data:squad_v2
facebook/bart-large-cnn | bart=arch:bart large=size:large cnn=data:cnn_dailymail
gradientai/Llama-3-8B-Instruct-1048k | Llama=arch:llama 3=version:3 8B=param:8000000000 Instruct=task:instruct 1048k=char:context=1048000
microsoft/Phi-3-mini-4k-instruct | Phi=arch:phi 3=version:3 mini=size:mini 4k=char:context=4096 instruct=task:instruct
Qwen/Qwen2.5-7B-Instruct-1M | Qwen=arch:qwen 2.5=version:2.5 7B=param:7000000000 Instruct=task:instruct 1M=char:context=1000000
NousResearch/Hermes-2-Pro-Llama-3-8B | Hermes=arch:hermes 2=version:2 Pro=other:pro Llama=arch:llama 3=version:3 8B=param:8000000000
tencent/HY-MT1.5-7B | HY=arch:hy MT=task:translation 1.5=version:1.5 7B=param:7000000000
adept-fuyu-8b | adept=org:adept fuyu=arch:fuyu 8b=param:8000000000
Ultralytics/yolov8s-seg | yolov8=arch:yolo s=size:s seg=task:image-segmentation
timm/caformer_b36.sail_in22k_ft_in1k | caformer=arch:caformer b36=size:b36 sail=org:sail in22k=data:imagenet ft=reuse:finetuned in1k=data:imagenet
abacaj/llama-161M-100B | llama=arch:llama 161M=param:161000000 100B=char:tokens=100000000000
MIT/ast-finetuned-audioset-10-10-0.4593 | ast=arch:ast finetuned=reuse:finetuned audioset=data:audioset 10=other:10 10=other:10 0.4593=other:score
allenai/led-large-16384 | led=arch:led large=size:large 16384=char:context=16384
HHousen/distil-led-large-cnn-16384 | distil=reuse:distilled led=arch:led large=size:large cnn=data:cnn_dailymail 16384=char:context=16384
cross-encoder/cross-encoder-umberto-stsb | cross-encoder=arch:crossencoder umberto=arch:umberto stsb=data:stsb
sagorsarker/bengali-bert-base | bengali=lang:bn bert=arch:bert base=size:base
x/fintuned-prompt-with-facts-3 | fintuned=reuse:finetuned prompt=task:text-generation with=other:with facts=other:facts 3=other:3
NeelNanda/GELU_3L512W_C4_Code | GELU=other:gelu 3L=layers:3 512W=char:width=512 C4=data:c4 Code=task:text-generation
timm/halo2botnet50ts_256.a1h_in1k | halo2botnet=arch:halo2botnet 50=layers:50 ts=other:ts 256=char:image=256 a1h=train:a1 in1k=data:imagenet
tyzp-INC/few-shot-multilingual-e5-large-xnli | few-shot=reuse:fewshot multilingual=lang:multilingual e5=arch:e5 large=size:large xnli=data:xnli
ozcangundes/T5-base-for-BioQA | T5=arch:t5 base=size:base for=other:for Bio=other:bio QA=task:question-answering
XLabs-AI/flux-RealismLora | flux=arch:flux Realism=other:realism Lora=reuse:lora
lorahub/flan_t5_large-super_glue_wsc.fixed | flan_t5=arch:flant5 large=size:large super_glue=data:super_glue wsc=other:wsc fixed=other:fixed
magic-leap/superglue | superglue=arch:superglue
Ultralytics/YOLO11n | YOLO11=arch:yolo n=size:n
cloudyu/Yi-34Bx2-MoE-60B | Yi=arch:yi 34Bx2=param:2x34000000000 MoE=other:moe 60B=param:60000000000
deepseek-ai/deepseek-vl2-tiny | deepseek=arch:deepseek vl=task:image-text-to-text 2=version:2 tiny=size:tiny
JorisCos/DPRNNTasNet-ks2 | DPRNNTasNet=arch:net ks2=other:ks2
vinai/vinai-translate-en2vi | vinai=other:vinai translate=task:translation en=lang:en 2=other:to vi=lang:vi
lmsys/vicuna-7b-delta-v1.1 | vicuna=arch:vicuna 7b=param:7000000000 delta=reuse:delta v1.1=version:1.1
HuggingFaceH4/zephyr-7b-sft-lora | zephyr=arch:zephyr 7b=param:7000000000 sft=train:sft lora=reuse:lora
allenai/Olmo-3-7B-Instruct-DPO | Olmo=arch:olmo 3=version:3 7B=param:7000000000 Instruct=task:instruct DPO=train:dpo
model-00001-of-00009 | model=other:model 00001-of-00009=other:shard
x/tiny-random-BertForMaskedLM | tiny=size:tiny random=other:random Bert=arch:bert ForMaskedLM=task:fill-mask
bloomberg/x-step-143000 | x=other:x step-143000=char:steps=143000
x/bert-base-2024-10-22 | bert=arch:bert base=size:base 2024-10-22=version:date=2024-10-22
CohereForAI/c4ai-command-r-08-2024 | c4ai=org:c4ai command-r=arch:commandr 08-2024=version:date=2024-08
timm/volo_d2_224.sail_in1k | volo=arch:volo d2=size:d2 224=char:image=224 sail=org:sail in1k=data:imagenet
timm/hrnet_w18.ms_in1k | hrnet=arch:hrnet w18=size:w18 ms=org:microsoft in1k=data:imagenet
timm/mixer_b16_224.in21k | mixer=arch:mixer b=size:b 16=char:patch=16 224=char:image=224 in21k=data:imagenet
facebook/levit-384 | levit=arch:levit 384=size:384
timm/cait_s24_224.in1k | cait=arch:cait s24=size:s24 224=char:image=224 in1k=data:imagenet
Snowflake/snowflake-arctic-embed-m | snowflake-arctic=arch:snowflakearctic embed=task:feature-extraction m=size:m
google/canine-s | canine=arch:canine s=size:s
laion/CLIP-ViT-B-16-CommonPool.L | CLIP-ViT=arch:clipvit B=size:b 16=char:patch=16 CommonPool=data:datacomp L=char:scale=l
NovoCode/Novocode7b-v2 | Novocode=arch:novocode 7b=param:7000000000 v2=version:2
dataautogpt3/ProteusV0.4 | Proteus=other:proteus V0.4=version:0.4
facebook/webssl-dino2b-full2b | webssl=arch:webssl dino=train:dino 2b=param:2000000000 full=other:full 2b=char:samples=2000000000
nreimers/MiniLMv2-L6-H384 | MiniLMv2=arch:minilm L6=layers:6 H384=char:hidden=384
x/music-rwkv2 | music=task:text-to-audio rwkv=arch:rwkv 2=version:2
OpenGVLab/InternVideo2_5_8B | InternVideo=arch:internvideo 2_5=version:2.5 8B=param:8000000000
bartowski/aya-23-8B | aya=arch:aya 23=version:23 8B=param:8000000000
Steelskull/L3-Aethora-15B | L=arch:llama 3=version:3 Aethora=other:aethora 15B=param:15000000000
bartowski/HuatuoGPT-o1-8B | HuatuoGPT=arch:huatuogpt o1=version:o1 8B=param:8000000000
allenai/tulu-2-dpo-7b | tulu=arch:tulu 2=version:2 dpo=train:dpo 7b=param:7000000000
TinyLlama/TinyLlama-1.1B-step-50K-105b | TinyLlama=arch:tinyllama 1.1B=param:1100000000 step-50K=char:steps=50000 105b=char:tokens=105000000000
facebook/blenderbot-400M-distill | blenderbot=arch:blenderbot 400M=param:400000000 distill=reuse:distilled
sentence-transformers/msmarco-bert-base-dot-v5 | msmarco=data:msmarco bert=arch:bert base=size:base dot=other:dot v5=version:5
facebook/mask2former-swin-tiny-coco-panoptic | mask2former=arch:mask2former swin=arch:swin tiny=size:tiny coco=data:coco panoptic=task:image-segmentation
TurkuNLP/wikibert-base-et-cased | wikibert=arch:bert base=size:base et=lang:et cased=char:cased
TalTechNLP/whisper-large-et | whisper=arch:whisper large=size:large et=lang:et
MattiaSangermano/bert-political-leaning-it | bert=arch:bert political=task:text-classification leaning=other:leaning it=lang:it
lorahub/flan_t5_large-decide_worth_it | flan_t5=arch:flant5 large=size:large decide=other:decide worth=other:worth it=task:instruct
SEBIS/legal_t5_small_trans_de_it | legal=task:text-generation t5=arch:t5 small=size:small trans=task:translation de=lang:de it=lang:it
facebook/mbart-large-50-many-to-one-mmt | mbart=arch:mbart large=size:large 50=other:50 many-to-one=task:translation mmt=task:translation
stereohorse/realistic-vision | realistic=other:realistic vision=other:vision
CohereLabs/North-Micro-Vision-Instruct | North=arch:north Micro=size:micro Vision=task:image-text-to-text Instruct=task:instruct
x/dqn-BeamRiderNoFrameskip-v4 | dqn=arch:dqn BeamRiderNoFrameskip=task:reinforcement-learning v4=version:4
superb/wav2vec2-base-superb-sv | wav2vec2=arch:wav2vec2 base=size:base superb=data:superb sv=task:audio-classification
trl-internal-testing/tiny-LlamaForCausalLM-3.2 | tiny=size:tiny LlamaForCausalLM=arch:llama 3.2=version:3.2
lllyasviel/control_v11p_sd15_scribble | control=other:control v11p=version:1.1 sd=arch:sd 15=version:15 scribble=task:image-to-image
IlyaGusev/rubert_ext_sum | rubert=arch:rubert ext=other:ext sum=task:summarization
Quant-Cartel/experiment_2_8b | experiment=other:experiment 2=version:2 8b=param:8000000000
google/metricx-23-large-v2p0 | metricx=arch:metricx 23=other:23 large=size:large v2p0=version:2.0
nvidia/diar_sortformer_4spk-v1 | diar=other:diar sortformer=arch:former 4spk=char:speakers=4 v1=version:1
lexa862/NSFWmodel | NSFW=task:text-generation model=other:model
projecte-aina/roberta-catala | roberta=arch:roberta catala=lang:ca
"""  # noqa: E501 - one line a name


def read(line: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The name and what is expected of its segments."""
    name, _, expected = line.partition(" | ")
    segments = []
    for word in expected.split(" "):
        text, _, meaning = word.partition("=")
        short, _, normal = meaning.partition(":")
        segments.append((text, SHORT[short].value, normal))
    return name, segments


@pytest.mark.parametrize(("name", "expected"), [read(line) for line in NAMES.strip().splitlines()])
def test_segments(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(s.text, s.element.value, s.normal) for s in parse(name).segments] == expected


@pytest.mark.parametrize(
    ("text", "owner"),
    [("a/b", "a"), ("b", None), ("x/a/b", "a"), ("a/b/", "a"), ("a\\b", "a"), ("/b", None), ("", None), ("/", None)],
)
def test_owner(text: str, owner: str | None) -> None:
    assert parse(text).owner == owner


def test_offsets_index_the_whole_input() -> None:
    name = parse("meta-llama/Llama-3.1-8B")
    assert [(s.start, s.end) for s in name.segments] == [(11, 16), (17, 20), (21, 23)]
    assert all(name.text[s.start : s.end] == s.text for s in name.segments)


def test_training_gathers_what_both_elements_say() -> None:
    assert parse("x/llama-7b-chat-sft-dpo").training == {"chat", "sft", "dpo"}
    assert parse("x/llama-7b-base").training == {"base"}


def test_a_long_name_is_cut_and_says_so() -> None:
    name = parse("bert-" * 2000)
    assert name.segments[-1].element is Element.other
    assert name.segments[-1].end == 10_000
    assert name.segments[-1].normal == "cut"
