"""Words and phrases that stand where a title could, in many languages, and name no work.

`SECTIONS` are headings of sections and `PLACEHOLDERS` what programs call a note that has no title
yet, both as title keys. `SECTION_WORDS` are English words of which section headings are made,
beside `SMALL_WORDS` (`Main idea of the paper`): a text of nothing else is such a heading.
`NO_NAMES` are words that stand before a year and name nobody. `DECORATING` are words that people
put in brackets, or before a colon, round a title; `VENUES` the short names of venues that stand
there with a year.
"""

from __future__ import annotations

import re

from refmatter.titles import title_key


def _keys(text: str) -> frozenset[str]:
    """Return the title keys of phrases that are parted by commas or line ends."""
    return frozenset(filter(None, map(title_key, text.replace("\n", ",").split(","))))


SECTION_WORDS = frozenset(
    """
    abstract abstracts summary summaries note notes introduction intro background related work works
    method methods methodology approach experiment experiments experimental setup result results
    findings discussion discussions conclusion conclusions concluding remarks remark
    limitation limitations references reference bibliography acknowledgement acknowledgements
    acknowledgment acknowledgments appendix appendices overview content contents takeaway takeaways
    key point points idea ideas contribution contributions insight insights motivation motivations
    question questions thought thoughts comment comments critique highlight highlights annotation
    annotations quote quotes excerpt excerpts strength strengths weakness weaknesses pros cons
    link links resource resources metadata info information details citation citations
    bibtex author authors title titles url doi venue date tag tags keyword keywords status
    next step steps todo paper papers article literature reading verdict claim claims
    definition definitions glossary preliminaries implementation evaluation problem problems
    statement hypothesis hypotheses assumptions goal goals aim aims objective objectives
    critical relevance backlinks sources source journal conference publication published year tldr
    """.split()
)
"""Casefolded. Words of real titles (`learning`, `model`, `theory`) are none of them."""

SMALL_WORDS = frozenset(
    """
    main important open read my our own personal general further additional other interesting useful
    quick short brief first second one line sentence relevant future dr pro con detail why what how
    is are was it its this that these the a an of and or for in on to from with by about i
    """.split()
)
"""What stands beside such words in a heading."""

SECTION_PARTS = re.compile(
    "(?:"
    "论文|文章|本文|文献|阅读|研究|实验|基本|信息|核心|贡献|主要|内容|方法|结果|结论|背景|动机|问题|创新|总结|小结|笔记|摘要|简介|"
    "介绍|概述|分析|讨论|思考|评价|评论|思想|观点|优点|缺点|不足|工作|相关|目标|目的|意义|要点|重点|关键|想法|心得|感想|"
    "論文|文獻|閱讀|實驗|資訊|貢獻|主要|內容|結果|結論|動機|問題|創新|總結|筆記|簡介|介紹|討論|評價|評論|思想|觀點|優點|缺點|"
    "相關|目標|意義|要點|重點|關鍵|想法|要約|概要|背景|目的|手法|提案|考察|関連|先行|新規|性|点|點|一句话|一句話|我|你|"
    "与|和|及|的|之|以及|與|の|と|は|について|・|、|，"
    ")+"
)
"""Parts of section headings of Chinese and Japanese, which has no blanks between them."""

SECTIONS = _keys(
    """
    abstract, summary, note, notes, introduction, background, related work, related papers,
    method, methods, model, models, experiments, results, analysis, discussion, conclusion,
    references, appendix, contents, table of contents, toc, tl;dr, too long didn't read,
    pros & cons, data, dataset, datasets, code, evaluation, theory, review, quick review, today,
    log, inbox, ablation, ablations, ablation study, preface, foreword, editorial, index, home,
    about, misc, reading list, to read, bookmarks, q&a, faq, changelog, readme, see also,
    external links,
    zusammenfassung, kurzfassung, einleitung, einführung, notizen, notiz, literatur, quellen,
    literaturverzeichnis, literaturangaben, methode, methoden, methodik, ergebnisse, ergebnis,
    diskussion, fazit, schluss, schlussfolgerung, schlussfolgerungen, anhang, danksagung, inhalt,
    inhaltsverzeichnis, überblick, übersicht, fragen, offene fragen, gedanken, meine gedanken,
    zitate, stichworte, stichwörter, schlagworte, schlüsselwörter, anmerkungen, anmerkung,
    kommentar, kommentare, verwandte arbeiten, grundlagen, kernaussagen, kernaussage, hintergrund,
    kritik, verweise, bewertung, hauptaussagen, wichtige punkte, vorwort, heute,
    résumé, notes de lecture, bibliographie, références, référence, méthode, méthodes,
    méthodologie, résultats, résultat, conclusions, annexe, annexes, remerciements, sommaire,
    aperçu, commentaires, remarques, mots-clés, mots clés, contexte, synthèse, points clés,
    idées principales, liens, problématique, travaux connexes, avant-propos, fiche de lecture,
    citations, à lire,
    resumen, introducción, notas, nota, referencias, bibliografía, método, métodos, metodología,
    resultados, discusión, conclusión, conclusiones, apéndice, anexo, anexos, agradecimientos,
    índice, preguntas, citas, comentarios, palabras clave, antecedentes, ideas principales,
    enlaces, trabajos relacionados, marco teórico, ideas clave, objetivos,
    resumo, introdução, referências, metodologia, discussão, conclusão, conclusões,
    agradecimentos, sumário, perguntas, citações, comentários, palavras-chave,
    trabalhos relacionados, anotações,
    riassunto, sommario, introduzione, note, riferimenti, bibliografia, metodo, metodi, risultati,
    discussione, conclusione, conclusioni, appendice, ringraziamenti, indice, appunti, domande,
    citazioni, commenti, parole chiave, lavori correlati, obiettivi,
    samenvatting, inleiding, notities, aantekeningen, literatuur, literatuurlijst, referenties,
    bronnen, methoden, resultaten, discussie, conclusie, conclusies, bijlage, bijlagen, vragen,
    inhoud, inhoudsopgave, trefwoorden, citaten, opmerkingen, dankwoord,
    sammanfattning, sammendrag, inledning, innledning, indledning, anteckningar, notater, noter,
    referenser, referanser, referencer, litteratur, litteraturlista, källor, kilder, metod,
    metoder, resultat, resultater, diskussion, diskusjon, slutsats, slutsatser, konklusion,
    konklusjon, bilaga, vedlegg, frågor, spørsmål, spørgsmål, innehåll, innhold, indhold,
    tiivistelmä, johdanto, muistiinpanot, lähteet, viitteet, menetelmät, tulokset, päätelmät,
    johtopäätökset, yhteenveto, pohdinta, kysymykset,
    streszczenie, abstrakt, wstęp, wprowadzenie, notatki, notatka, literatura, źródła, metody,
    metoda, wyniki, dyskusja, wnioski, podsumowanie, załącznik, pytania, spis treści, cytaty,
    słowa kluczowe, úvod, shrnutí, souhrn, poznámky, závěr, závery, výsledky, diskuse, metodika,
    otázky, obsah, zhrnutie, záver, sažetak, uvod, bilješke, beleške, zaključak, rezultati,
    povzetek, zapiski, viri, kivonat, összefoglaló, összefoglalás, bevezetés, jegyzetek, irodalom,
    irodalomjegyzék, hivatkozások, módszerek, eredmények, következtetések, rezumat, introducere,
    notițe, bibliografie, referințe, metode, rezultate, discuții, concluzii, concluzie,
    введение, аннотация, резюме, реферат, заметки, заметка, конспект, литература, источники,
    список литературы, методы, метод, методология, результаты, обсуждение, заключение, выводы,
    вывод, ссылки, приложение, приложения, содержание, оглавление, вопросы, цитаты, обзор,
    ключевые слова, основные идеи, комментарии, мысли, благодарности, предисловие,
    краткое содержание, вступ, анотація, нотатки, література, джерела, методи, результати,
    обговорення, висновки, висновок, зміст, питання, посилання, додаток, въведение, бележки,
    заключения, източници,
    özet, öz, giriş, notlar, notlarım, kaynaklar, kaynakça, yöntem, yöntemler, sonuç, sonuçlar,
    bulgular, tartışma, ekler, sorular, anahtar kelimeler, içindekiler, περίληψη, εισαγωγή,
    σημειώσεις, βιβλιογραφία, αναφορές, μέθοδος, μεθοδολογία, αποτελέσματα, συζήτηση,
    συμπεράσματα, συμπέρασμα, ερωτήσεις, παράρτημα, πηγές, ملخص, الملخص, مقدمة, المقدمة, ملاحظات,
    المراجع, مراجع, المصادر, النتائج, نتائج, المناقشة, خاتمة, الخاتمة, الخلاصة, منهجية, المنهجية,
    أسئلة, תקציר, מבוא, הקדמה, הערות, מקורות, ביבליוגרפיה, סיכום, מסקנות, תוצאות, דיון, שיטות,
    שאלות, چکیده, مقدمه, یادداشت, یادداشت‌ها, منابع, نتیجه‌گیری, نتایج, خلاصه, روش, بحث, सारांश,
    सार, परिचय, प्रस्तावना, संदर्भ, निष्कर्ष, टिप्पणियाँ, नोट्स, परिणाम, সারাংশ, ভূমিকা, উপসংহার,
    তথ্যসূত্র, บทคัดย่อ, บทนำ, สรุป, อ้างอิง, เอกสารอ้างอิง, บันทึก, tóm tắt, giới thiệu, ghi chú,
    tài liệu tham khảo, phương pháp, kết quả, kết luận, thảo luận, abstrak, ringkasan, rangkuman,
    pendahuluan, catatan, referensi, rujukan, daftar pustaka, metode, hasil, pembahasan, diskusi,
    kesimpulan, lampiran, pertanyaan,
    摘要, 简介, 引言, 介绍, 导言, 绪论, 前言, 概述, 概要, 概览, 总结, 小结, 结论, 结语, 笔记,
    阅读笔记, 读书笔记, 论文笔记, 论文阅读, 论文阅读笔记, 学习笔记, 文献笔记, 我的笔记, 参考文献,
    参考, 参考资料, 引用, 方法, 实验, 实验结果, 结果, 讨论, 背景, 研究背景, 相关工作, 动机,
    研究动机, 贡献, 主要贡献, 问题, 思考, 想法, 疑问, 目录, 附录, 致谢, 关键词, 关键字, 作者,
    链接, 备注, 主要内容, 内容, 创新点, 核心思想, 核心观点, 元数据, 信息, 基本信息, 论文信息,
    优点, 缺点, 优缺点, 模型, 数据, 数据集, 代码, 启发, 摘录, 批注, 研究方法, 研究问题,
    一句话总结, 簡介, 介紹, 導言, 緒論, 概覽, 總結, 小結, 結論, 結語, 筆記, 閱讀筆記, 讀書筆記,
    論文筆記, 論文閱讀, 參考文獻, 參考, 參考資料, 實驗, 實驗結果, 結果, 討論, 相關工作, 動機,
    貢獻, 問題, 目錄, 附錄, 致謝, 關鍵詞, 關鍵字, 連結, 備註, 主要內容, 內容, 心得, 數據, 資料,
    程式碼, 要約, 要旨, はじめに, 序論, 序章, 導入, まとめ, メモ, ノート, 読書メモ, 論文メモ,
    論文ノート, 手法, 提案手法, 実験, 考察, おわりに, 関連研究, 先行研究, 目的, 感想, 議論, 付録,
    謝辞, 目次, 一言まとめ, どんなもの？, 先行研究と比べてどこがすごい？,
    技術や手法のキモはどこ？, どうやって有効だと検証した？, 議論はある？, 次に読むべき論文は？,
    著者, キーワード, 要点, 疑問, 초록, 요약, 서론, 소개, 개요, 노트, 메모, 참고문헌, 참고 문헌,
    참고 자료, 참고, 방법, 방법론, 실험, 실험 결과, 결과, 논의, 토론, 결론, 배경, 관련 연구, 동기,
    기여, 질문, 느낀점, 느낀 점, 정리, 목차, 부록, 감사의 글, 논문 요약, 논문 정리, 논문 리뷰,
    키워드, 저자, 링크, 핵심 아이디어, 한계점, 의의
    """
)

PLACEHOLDERS = _keys(
    """
    untitled, untitled note, untitled document, untitled page, untitled paper, no title, unnamed,
    unknown, unknown title, title unknown, new note, new page, new paper, new document, new file,
    new literature note, note, page, paper, document, file, doc, title, paper title,
    title of paper, title of the paper, note title, your title, your title here, title here,
    insert title, insert title here, enter title, add title, todo, to do, tbd, tba, n/a, na, nan,
    none, null, undefined, test, draft, placeholder, template, temp, tmp, xxx, wip, copy, example,
    foo, lorem ipsum, sans titre, nouvelle note, titre, titre ici, sin título, nueva nota, título,
    nota nueva, sem título, nova nota, senza titolo, nuova nota, titolo, ohne titel, unbenannt,
    neue notiz, titel, naamloos, zonder titel, nieuwe notitie, namnlös, namnlöst, ny anteckning,
    uten tittel, uden titel, ny note, nytt notat, ikke navngivet, nimetön, uusi muistiinpano,
    bez tytułu, nowa notatka, tytuł, bez názvu, nová poznámka, bez naslova, névtelen, új jegyzet,
    fără titlu, без названия, без имени, новая заметка, название, заголовок, без назви,
    нова нотатка, назва, без заглавие, adsız, başlıksız, yeni not, başlık, χωρίς τίτλο,
    νέα σημείωση, τίτλος, بدون عنوان, ملاحظة جديدة, عنوان, ללא שם, ללא כותרת, פתק חדש, כותרת,
    بدون نام, یادداشت جدید, शीर्षकहीन, शीर्षक, không có tiêu đề, tiêu đề, chưa đặt tên,
    ghi chú mới, tanpa judul, judul, catatan baru, ไม่มีชื่อ, ชื่อเรื่อง, 无标题, 无题, 未命名,
    未命名笔记, 未命名文档, 新建笔记, 新笔记, 新建文档, 标题, 题目, 论文标题, 論文標題, 論文題目,
    论文题目, 無標題, 未命名筆記, 新筆記, 標題, 題目, 無題, 無題のノート, 新規ノート, 名称未設定,
    新規, タイトル, 論文タイトル, 題名, 제목 없음, 제목없음, 무제, 새 노트, 제목, 논문 제목,
    새 문서, 待办, 待辦, à faire, por hacer, da fare, zu erledigen, сделать, hello world
    """
)

DECORATING = _keys(
    """
    paper, papers, paper review, paper reviews, paper summary, paper note, paper notes,
    paper reading, reading notes, reading note, literature note, literature notes, lit note,
    lit notes, journal club, paper club, notes on paper, summary of paper, review of paper, arxiv,
    arxiv paper, preprint, pdf, nlp paper, nlp papers, cv paper, ml paper, papier,
    notiz zum paper, lesenotiz, literaturnotiz, fiche de lecture, note de lecture,
    notes de lecture, lecture d'article, ficha de lectura, notas de lectura, reseña de artículo,
    resumen de artículo, resumo de artigo, nota di lettura, конспект статьи, разбор статьи,
    обзор статьи, заметки о статье, 论文, 论文笔记, 论文阅读, 论文阅读笔记, 论文解读, 论文精读,
    论文翻译, 论文分享, 论文学习, 论文总结, 文献, 文献阅读, 文献笔记, 文献阅读笔记, 阅读笔记,
    读书笔记, 读论文, 精读, 经典论文, 顶会论文, 論文, 論文筆記, 論文閱讀, 論文閱讀筆記, 論文解讀,
    文獻, 文獻閱讀, 文獻筆記, 閱讀筆記, 讀書筆記, 論文紹介, 論文読み, 論文メモ, 論文まとめ,
    論文要約, 論文解説, 論文ノート, 読書メモ, 論文レビュー, 文献紹介, 논문, 논문리뷰, 논문 리뷰,
    논문 요약, 논문 정리, 논문 읽기, 논문 노트, 논문 분석, 논문 소개, 논문 스터디, 페이퍼 리뷰
    """
)

NO_NAMES = frozenset(
    """
    afghanistan africa african alabama alaska albania algeria america american angola arab
    arabia argentina arizona arkansas asia asian australia austria azerbaijan bahrain bangladesh
    belarus belgium benin bolivia bosnia botswana brazil britain bulgaria burkina burundi
    california cambodia cameroon canada caribbean chile china chinese colombia colorado congo
    connecticut croatia cuba cyprus czech delaware delhi denmark dominican east eastern ecuador
    egypt emirates england eritrea estonia ethiopia europe european faso fiji finland florida
    france gabon gambia gaza georgia germany ghana greece guatemala guinea haiti hawaii honduras
    hong hungary iceland idaho illinois india indiana indonesia iowa iran iraq ireland israel
    italy jamaica japan jersey jordan kansas kazakhstan kentucky kenya kingdom kong korea kosovo
    kuwait kyrgyzstan lanka laos latvia lebanon lesotho liberia libya lithuania london louisiana
    luxembourg macedonia madagascar maine malawi malaysia maldives mali malta maryland
    massachusetts mauritania mauritius mexico michigan minnesota mississippi missouri moldova
    mongolia montana montenegro morocco mozambique myanmar namibia nebraska nepal netherlands
    nevada nicaragua niger nigeria north northern northeast northwest norway oceania ohio
    oklahoma oman ontario oregon pacific pakistan palestine panama paraguay paris pennsylvania
    peru philippines poland portugal qatar quebec queensland romania russia rwanda saudi
    scotland senegal serbia sierra singapore slovakia slovenia somalia south southern southeast
    southwest spain states sudan sweden switzerland syria taiwan tajikistan tanzania tennessee
    texas thailand togo tokyo tunisia turkey turkmenistan uganda uk ukraine us usa uruguay utah
    uzbekistan venezuela vermont vietnam virginia wales washington west western wisconsin wuhan
    wyoming yemen york zambia zealand zimbabwe city county district island islands province
    region republic state town university valley village spring summer autumn fall winter
    semester term part volume vol edition version chapter section issue number report
    proceedings conference workshop symposium meeting session track task tutorial lecture
    lectures series release phase inc ltd co corp llc press publisher publishers publishing hall
    verlag edición edição edizione auflage band teil tome
    """.split()
)
"""Casefolded. Places, times and parts that stand before a year where a name could."""

VENUES = frozenset(
    """
    aaai accv acl aistats arxiv asplos asru biorxiv bmvc cade cav ccs cell chi cidr cikm
    coling colt conll corl corr crypto cscw cvpr cvprw dac date ecai eccv eccvw ecir ecml eacl
    emnlp eurocrypt eurosys fast focs fse fpga hotos hpca iccv iccvw icassp icdar icde icdm icip icl
    iclr icml icme icpr icra icse ieee ijcai ijcnn ijcv infocom interspeech iros isca isit issta
    iswc iwslt jair jmlr kdd lics lrec mobicom mobisys micai micro mlsys naacl nature ndss
    neurips nips nsdi oopsla osdi pami pami pldi pmlr pnas podc pods popl ppopp prl rss science sc
    siggraph sigcomm sigir sigmod sigkdd soda sosp stoc tacl tip tkde tmlr tnnls tog tpami tpds uai
    uist usenix vldb wacv wmt wsdm www tmi miccai medrxiv openreview
    """.split()
)
