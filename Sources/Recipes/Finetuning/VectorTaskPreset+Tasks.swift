// Written by scripts/peers/mteb_presets.py.

extension VectorTaskPreset {
    /// The tasks that have the defaults of their kind.
    static let plain: [(SuiteTask.Kind, String)] = [
        (
            .retrieval,
            """
            mteb/CQADupstackGamingRetrieval mteb/CQADupstackUnixRetrieval
            mteb/ClimateFEVERHardNegatives mteb/HotpotQAHardNegatives mteb/SCIDOCS mteb/TRECCOVID
            mteb/Touche2020Retrieval.v3 mteb/StackOverflowQA mteb/AILAStatutes
            mteb/LegalBenchCorporateLobbying mteb/SpartQA mteb/TempReasonL1 mteb/WinoGrande
            mteb/BelebeleRetrieval mteb/MLQARetrieval mteb/WikipediaRetrievalMultilingual
            coir/AppsRetrieval coir/CodeFeedbackMT coir/CodeFeedbackST
            coir/CodeSearchNetCCRetrieval coir/CodeTransOceanContest coir/CodeTransOceanDL
            coir/CosQA coir/COIRCodeSearchNetRetrieval coir/StackOverflowQA coir/SyntheticText2SQL
            """
        ),
        (
            .reranking,
            """
            mteb/AskUbuntuDupQuestions mteb/AlloprofReranking mteb/VoyageMMarcoReranking
            mteb/WikipediaRerankingMultilingual mteb/RuBQReranking
            """
        ),
        (
            .similarity,
            """
            mteb/BIOSSES mteb/SICK-R mteb/STS12 mteb/STS13 mteb/STS14 mteb/STS15 mteb/STSBenchmark
            mteb/STS17 mteb/STS22.v2 mteb/GermanSTSBenchmark mteb/FaroeseSTS mteb/FinParaSTS
            mteb/JSICK mteb/IndicCrosslingualSTS mteb/SemRel24STS mteb/STSES mteb/STSB
            """
        ),
        (
            .pairs,
            """
            mteb/SprintDuplicateQuestions mteb/TwitterSemEval2015 mteb/TwitterURLCorpus
            mteb/CTKFactsNLI mteb/ArmenianParaphrasePC mteb/indonli mteb/OpusparcusPC
            mteb/PawsXPairClassification mteb/RTE3 mteb/XNLI mteb/PpcPC mteb/TERRa
            """
        ),
        (
            .mining,
            """
            mteb/BornholmBitextMining mteb/BibleNLPBitextMining mteb/BUCC.v2
            mteb/DiaBlaBitextMining mteb/FloresBitextMining mteb/IN22GenBitextMining
            mteb/IndicGenBenchFloresBitextMining mteb/NollySentiBitextMining
            mteb/NorwegianCourtsBitextMining mteb/NTREXBitextMining
            mteb/NusaTranslationBitextMining mteb/NusaXBitextMining mteb/Tatoeba
            """
        ),
        (
            .classification,
            """
            mteb/Banking77Classification mteb/ImdbClassification mteb/MTOPDomainClassification
            mteb/MassiveIntentClassification mteb/MassiveScenarioClassification
            mteb/BulgarianStoreReviewSentimentClassfication mteb/GreekLegalCodeClassification
            mteb/DBpediaClassification mteb/FinancialPhrasebankClassification
            mteb/PoemSentimentClassification mteb/TweetTopicSingleClassification
            mteb/FilipinoShopeeReviewsClassification mteb/GujaratiNewsClassification
            mteb/ItaCaseholdClassification mteb/KorSarcasmClassification
            mteb/KurdishSentimentClassification mteb/MacedonianTweetSentimentClassification
            mteb/AfriSentiClassification mteb/CataloniaTweetClassification
            mteb/CyrillicTurkicLangClassification mteb/IndicLangClassification
            mteb/MasakhaNEWSClassification mteb/MultiHateClassification mteb/NusaX-senti
            mteb/SwissJudgementClassification mteb/NepaliNewsClassification
            mteb/PunjabiNewsClassification mteb/PolEmo2.0-OUT mteb/PAC
            mteb/SinhalaNewsClassification mteb/SiswatiNewsClassification
            mteb/SlovakMovieReviewSentimentClassification mteb/SwahiliNewsClassification
            mteb/TswanaNewsClassification mteb/IsiZuluNewsClassification
            """
        ),
        (
            .multilabel,
            """
            mteb/KorHateSpeechMLClassification mteb/MalteseNewsClassification
            mteb/MultiEURLEXMultilabelClassification mteb/BrazilianToxicTweetsClassification
            mteb/CEDRClassification
            """
        ),
        (
            .clustering,
            """
            mteb/ArXivHierarchicalClusteringP2P mteb/ArXivHierarchicalClusteringS2S
            mteb/BiorxivClusteringP2P.v2 mteb/MedrxivClusteringP2P.v2 mteb/MedrxivClusteringS2S.v2
            mteb/StackExchangeClustering.v2 mteb/StackExchangeClusteringP2P.v2
            mteb/TwentyNewsgroupsClustering.v2 mteb/PlscClusteringP2P.v2
            """
        ),
    ]

    /// Those that differ.
    static let special: [VectorTaskPreset] = [
        VectorTaskPreset("mteb/ArguAna", .retrieval, leavesOutQuery: true),
        VectorTaskPreset("mteb/FEVERHardNegatives", .retrieval, leavesOutQuery: true),
        VectorTaskPreset("mteb/FiQA2018", .retrieval, leavesOutQuery: true),
        VectorTaskPreset("mteb/ToxicConversationsClassification", .classification, perLabel: 16),
        VectorTaskPreset(
            "mteb/TweetSentimentExtractionClassification", .classification, perLabel: 32),
        VectorTaskPreset("mteb/AmazonCounterfactualClassification", .classification, perLabel: 32),
        VectorTaskPreset(
            "mteb/CzechProductReviewSentimentClassification", .classification, perLabel: 16),
        VectorTaskPreset("mteb/EstonianValenceClassification", .classification, perLabel: 16),
        VectorTaskPreset("mteb/SentimentAnalysisHindi", .classification, metric: "f1_macro"),
        VectorTaskPreset(
            "mteb/IndonesianIdClickbaitClassification", .classification, metric: "f1_macro"),
        VectorTaskPreset("mteb/NordicLangClassification", .classification, perLabel: 32),
        VectorTaskPreset(
            "mteb/NusaParagraphEmotionClassification", .classification, metric: "f1_macro"),
        VectorTaskPreset("mteb/ScalaClassification", .classification, perLabel: 32),
        VectorTaskPreset("mteb/OdiaNewsClassification", .classification, metric: "f1_macro"),
        VectorTaskPreset(
            "mteb/CSFDSKMovieReviewSentimentClassification", .classification, perLabel: 20),
        VectorTaskPreset("mteb/DalajClassification", .classification, perLabel: 16),
        VectorTaskPreset("mteb/BigPatentClustering.v2", .clustering, depth: 1),
        VectorTaskPreset("mteb/AlloProfClusteringS2S.v2", .clustering, documents: 2556, depth: 1),
        VectorTaskPreset("mteb/HALClusteringS2S.v2", .clustering, documents: 2048),
        VectorTaskPreset("mteb/SIB200ClusteringS2S", .clustering, documents: 1004),
        VectorTaskPreset("mteb/WikiClusteringP2P.v2", .clustering, documents: 2048),
        VectorTaskPreset("mteb/SwednClusteringP2P", .clustering, documents: 2048),
        VectorTaskPreset("mteb/CLSClusteringP2P.v2", .clustering, documents: 2048),
        VectorTaskPreset("mteb/TwitterHjerneRetrieval", .retrieval, split: "train"),
        VectorTaskPreset("mteb/HagridRetrieval", .retrieval, split: "dev"),
        VectorTaskPreset(
            "mteb/LEMBPasskeyRetrieval", .retrieval, metric: "ndcg_at_1", split: "test_256"),
        VectorTaskPreset(
            "mteb/StatcanDialogueDatasetRetrieval", .retrieval, metric: "recall_at_10"),
        VectorTaskPreset("mteb/CovidRetrieval", .retrieval, split: "dev"),
        VectorTaskPreset(
            "mteb/WebLINXCandidatesReranking", .reranking,
            metric: "mrr_at_10", split: "validation"),
        VectorTaskPreset("mteb/T2Reranking", .reranking, split: "dev"),
        VectorTaskPreset("mteb/MIRACLRetrievalHardNegatives", .retrieval, split: "dev"),
    ]
}
