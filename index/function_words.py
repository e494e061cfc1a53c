"""Small words that give a language away: enough to tell the language of a question without loading any model.

Each list holds the commonest articles, pronouns, prepositions, auxiliaries and question words of a language, and a few
words that questions about news are made of, in lower case and without accents (questions are often typed without
them); an elided word keeps its apostrophe. A word that stands in several lists counts for all of them, so that it
decides nothing by itself. The languages after the first four are there so that a question in one of them is not taken
for a relative: "que é o sistema" shares its "que" with Spanish and French.
"""

_LISTS = {
    "en": """
        a about after all am an and any are as at be been before between but by can could did do does during
        explain first for friday from had happened has have he her here his how i if in into is it its last
        latest made many me met monday month most much my new news not now of on only or other our please said
        say says she should show so some tell than that the their them then there these they this to today
        tomorrow under until us was we were what when where which while who whom whose why will with without
        would year years yesterday you your
    """,
    "fr": """
        a ai alors an annee annonce ans apres au aujourd'hui aussi autre aux avant avec avoir c' ca ce cela ces
        cet cette ceux chez combien comme comment contre d' dans de deja demain depuis dernier derniere
        dernieres derniers des deux devant dit donc dont du elle elles en encore entre es est et etaient etait
        ete etes etre eu fait gagne hier il ils j' jamais je jusqu' l' la le les leur leurs lors lui m' ma mais
        me meme mes moi mon n' ne nom nos notre nous nouveau nouvelle nouvelles on ont ou par parce parle pas
        pendant peut plus pour pourquoi qu' quand que quel quelle quelles quels qui quoi rencontre s' sa sans se
        selon sera ses si sommes son sont sous sur t' t-elle t-il t-on ta tes toi ton toujours tous tout toute
        toutes tres trois trop tu un une va vendredi vers vos votre vous y
    """,
    "es": """
        a ademas ahora al ano anos ante aqui ayer como con contra cual cuales cuando cuanta cuantas cuanto
        cuantos de del desde dijo donde dos durante e el ella ellas ellos en entre era eran es esa ese eso esta
        estaba estan este esto fecha fue fueron ha habia habla hace han hasta hay hizo hoy la las le les lo los
        manana mas me mi mis muy nada ni no nombre nos noticias nuestro nueva nuevo o otra otro para pero por
        porque puede puedo que quien quienes se segun ser si sido sin sobre son su sus tambien te tengo tiempo
        tiene tienen todo todos tres tu ultima ultimas ultimo ultimos un una uno unos usted viernes y ya yo
    """,
    "de": """
        ab aber alle als alt am an auch auf aus bei beim bis da damit dann darf das dass dein dem den denn der
        des die dies diese dieser doch drei du durch ein eine einem einen einer eines er es freitag fur gab
        gegen geht geschah gestern gibt haben hat hatte heute hier ich ihm ihn ihr ihre im immer in ins ist ja
        jahr jahre jetzt kann kein keine konnen machen macht man mehr mein mich mir mit morgen muss nach neue
        neuen neues neueste nicht noch nur ob oder ohne sagte schon sehr sein seine sich sie sind so soll steht
        uber um und uns unser unter viel viele vom von vor wann war waren warum was weil welche welchem welchen
        welcher welches wem wen wenn wer werden wessen wie wieso wieviel will wir wird wo wofur woher wohin
        worden wurde wurden zu zum zur zwei zwischen
    """,
    "it": """
        a al alla anche anni anno c' che chi ci come con contro cosa d' da dal dalla data dei del della delle di
        dopo dove due e era fra gli ha hanno i ieri il in io l' la le lo loro ma mi nel nella nome non notizie
        nuova nuovo o oggi ora per perche piu qual quale quali quando quanti quanto questa questo se sempre si
        sono su sua sul sulla suo tra tre ultime un una venerdi
    """,
    "pt": """
        a agora ano anos ao aos as com como contra da das data de depois do dois dos duas e ela ele em entre era
        essa esse esta este foi foram ha hoje horario isso isto ja mais mas me muito na nao nas no nome nos
        noticias nova novo o onde ontem os ou para pela pelo por porque quais qual quando quanta quantas quanto
        quantos que quem se sem ser seu sobre sua tambem tem tres ultima ultimas ultimo um uma voce
    """,
    "nl": """
        aan al alle alles als bij dan dat de deze die dit door drie een en er gaat geen gisteren had heb heeft
        het hier hij hoe hoeveel ik in is jaar jaren je kan laatste maar met mijn morgen na naam naar niet nieuw
        nieuwe nieuws nog of om onder onze ook op over te toen tot twee uit van vandaag veel voor waar waarom
        was wat we welke werd wie wij wordt ze zeer zich zij zijn zo
    """,
    "ca": """
        a ahir al amb any anys aquest aquesta avui com d' data de del dels dos el ella els em en es esta et fins
        ha hi i ja l' la les li lo mes no nom noticies nou nova o on pel per pero perque quan quants que qui
        quin quina s' se sense seu si sobre son tres ultim ultima un una va van vas
    """,
    "ro": """
        a al an ani au azi ca cand care cat ce cele cine cu cum data de din dintre doi dupa este fost in intre
        la le lui mai nou nu nume o pe pentru prin sau se si sunt trei ultimele un unde
    """,
    "pl": """
        a co czy czym data dla do gdzie i ich ile jak jaki jakie jest kiedy kto na nie nowy o od po sie to w z
        za
    """,
    "sv": """
        alla ar att av de den det du efter en ett for fran har hier hur i inte jag kan med nar nu ny nya nytt
        och om pa senaste som till vad var vem vi
    """,
    "da": """
        af alle ar at de den det du efter en er et for fra har hvad hvem hvor i ikke jeg kan med nar nu ny nye
        nyt og om pa seneste som til var vi
    """,
    "tr": """
        bir bu cok da daha de gibi hangi icin ile kac kim mi mu nasil ne nedir nerede son ve zaman
    """,
}

FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}

LANGUAGES_OF_WORD = {
    word: tuple(language for language, words in FUNCTION_WORDS.items() if word in words)
    for word in frozenset().union(*FUNCTION_WORDS.values())
}
"""Each small word with the languages that have it."""
