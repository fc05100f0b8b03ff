"""Documents of a town hall with slots.

``{1.name}`` is a fact of person 1, ``{s:…}`` something sensitive, ``{t:…}`` a trap (what looks like personal
information and is none), ``{i:…}`` what counts neither way.

Written for this corpus; whoever adds a genre adds documents without anybody in them too.
"""

from __future__ import annotations

# Genre → documents.
WITH_PEOPLE: dict[str, tuple[str, ...]] = {
    "相談記録": (
        (
            "相談記録（生活支援）\n受付　令和8年5月12日　対応　{3.surname}\n相談者　{1.name}（{1.age}、{1.sex}）　電話 {1.phone}\n住所　{1.address}\n"
            "主訴　夫の{2.name}さんが{s:うつ病で休職中}となり、家賃の支払いが遅れている。\n経過　{1.surname}さんは来月から週3日働く予定。ケース番号 {1.case}。"
        ),
        (
            "9:20 {1.surname}様来庁。長女の{2.given}さん（{2.age}）の保育所の件。{s:卵アレルギー}があるため、給食の対応を確認したいとのこと。"
            "連絡は携帯 {1.phone} へ。受給者番号は{2.file}。担当 {3.surname}"
        ),
        (
            "訪問記録　{1.name}宅（{1.address}）\n本人は{s:要介護3}、同居の長男{2.given}が介護している。介護保険の被保険者番号は{1.care}。\n"
            "「母は{s:認知症が進んでいる}」と{2.given}さん。次回は{3.surname}と同行する。"
        ),
        (
            "電話相談　匿名希望だったが、途中で{1.surname}と名乗られた。{1.age}。元交際相手の{2.name}から{s:つきまとい}を受けている。"
            "車は{2.plate}。警察には相談済み。"
        ),
    ),
    "申請書": (
        (
            "児童手当認定請求書\n氏名　{1.name}\nフリガナ　{1.kana}\n生年月日　{1.born}\n個人番号　{1.my_number}\n住所　〒{1.zip}　{1.address}\n電話　{1.phone}\n"
            "振込先　{i:青葉銀行本店}　普通　{1.account}　名義　{1.kana}"
        ),
        (
            "転出届（郵送）\n届出人：{1.name}\n生年月日：{1.born}\n旧住所：{1.address}\n新住所：{2.address}\n住民票コード：{1.juminhyo}\n"
            "一緒に異動する人：{2.name}（{2.born}、長男）\n本人確認：運転免許証 {1.license}"
        ),
        (
            "国民健康保険の加入手続き\n世帯主 {1.name}　宛名番号 {1.file}\n加入者 {2.foreign}（{2.roman}）{2.born}生\n在留カード {2.residence}　旅券 {2.passport}\n"
            "前の職場の健康保険 記号番号 {2.health}、雇用保険 {2.employment}、基礎年金番号 {2.pension}"
        ),
    ),
    "名簿": (
        (
            "宛名番号\t氏名\t生年月日\t住所\t電話\n{1.file}\t{1.name}\t{1.born}\t{1.address}\t{1.phone}\n{2.file}\t{2.name}\t{2.born}\t{2.address}\t{2.phone}\n"
            "{3.file}\t{3.name}\t{3.born}\t{3.address}\t{3.phone}"
        ),
        "氏名,フリガナ,学籍番号,保護者,連絡先\n{1.name},{1.kana},{1.student},{2.name},{2.phone}\n{3.name},{3.kana},{3.student},{4.name},{4.mail}",
        (
            "避難行動要支援者（南地区）\n1　{1.name}　{1.age}　{1.address}　{s:人工呼吸器を使用}　支援者：{2.name}（{2.phone}）\n"
            "2　{3.name}　{3.age}　{3.address}　{s:全盲}　支援者：{4.name}"
        ),
    ),
    "議事録": (
        (
            "○議長（{1.name}君）　ただいまから会議を開きます。\n○{2.surname}議員　{i:青葉野市}の防災について伺います。\n○総務課長（{3.name}君）　お答えします。"
            "{t:令和8年度予算は12,345,678円}を見込んでおります。"
        ),
        (
            "要保護児童対策協議会　個別ケース検討会議\n対象児童　{1.name}（{1.born}）\n出席　児童相談所 {2.surname}、小学校 {3.surname}、保健師 {4.surname}\n"
            "母の{5.given}は{s:アルコール依存症で通院中}。父は{s:傷害で服役している}。"
        ),
    ),
    "照会文": (
        (
            "戸籍の附票の写しの交付について（依頼）\n下記の者について、滞納処分のため必要ですので回答願います。\n記\n氏名　{1.name}\n生年月日　{1.born}\n本籍　{1.address}\n"
            "（担当　収納課　{2.surname}　電話 {t:0120-444-555}）"
        ),
        "年金事務所 御中\n次の者の納付記録を照会します。\n{1.name}（{1.kana}）　{1.born}生　基礎年金番号 {1.pension}\n{2.name}（{2.kana}）　{2.born}生　基礎年金番号 {2.pension}",
    ),
    "メール": (
        (
            "件名: 口座変更の件\n{1.surname}です。お世話になっております。\n還付の口座を普通 {1.account} に変えてください。折り返しは {1.phone} か {1.mail} まで。\n"
            "> {2.surname}様\n> 先日はお電話ありがとうございました。番号 {1.file} でお調べしました。\n> 収納課 {3.surname}"
        ),
        "{1.surname}さん\n共有の表の件、パスワードは {1.password} です。{2.surname}さんにも伝えてください。\nテレビ会議は {1.url} から入れます。",
        (
            "Dear city office,\nMy name is {1.roman}. I live at {i:Aobano}. My passport number is {1.passport} and my residence card is {1.residence}.\n"
            "Please call me at {1.phone} or write to {1.mail}. {s:I am pregnant}, so I cannot come this week.\nRegards,\n{1.roman}"
        ),
        (
            "しやくしょの　みなさんへ\nわたしは　{1.foreign}です。うまれたのは　{1.born}です。でんわは　{1.phone}です。\n"
            "こどもの　{2.foreign}が　がっこうに　はいります。ざいりゅうカードは　{1.residence}です。"
        ),
    ),
    "苦情": (
        (
            "市長への手紙\n{1.address}に住む{1.name}と申します。隣の{2.surname}さんの犬の声で眠れません。{2.surname}さんは{s:耳が遠い}ので気づかないようです。"
            "連絡先は{1.phone}です。"
        ),
        "10/3 13:40 電話。{1.surname}と名乗る方から、窓口の{2.surname}の態度が悪いと。カードで払おうとしたら断られたという。番号 {1.card} を読み上げたのでお止めした。",
    ),
    "ログ": (
        (
            '2026-05-12T09:13:44+09:00 INFO login ok user={1.password} ip={1.ip}\n2026-05-12T09:14:02+09:00 INFO view atena={1.file} name="{1.name}"\n'
            "2026-05-12T09:14:40+09:00 WARN mail to {2.mail} bounced size={t:48213777}"
        ),
        '{{"case": "{1.case}", "applicant": {{"name": "{1.name}", "birth": "{1.born}", "tel": "{1.phone}", "address": "{1.address}"}}, "total": {t:1234567}}}',
    ),
    "チャット": (
        (
            "{1.surname}: 昨日の{2.surname}さんの件、宛名{2.file}で合ってます？\n{3.surname}: 合ってます。ご主人は{2.given}さんじゃなくて{4.given}さんでした\n"
            "{1.surname}: 了解。車が{2.plate}なので駐車許可も出しておきます"
        ),
    ),
}
WITHOUT_PEOPLE: dict[str, tuple[str, ...]] = {
    "広報": (
        "{t:認知症サポーター養成講座}を開きます。日時 5月20日（水）午後2時から。定員30人、参加費無料。問い合わせは高齢福祉課（{t:0120-111-222}）へ。",
        "マイナンバーカードの休日窓口を開設します。予約は不要です。暗証番号は4桁の数字です。忘れた方は本人確認書類をお持ちください。",
        "福島県産の桃と山形県産のさくらんぼの即売会を、千葉港の広場で行います。石川県と富山県からも出店があります。",
    ),
    "条例": (
        "青葉野市個人情報保護条例（{t:昭和63年3月31日条例第5号}）の一部を次のように改正する。\n第3条第2項中「電話番号」を「電話番号、メールアドレス」に改める。\n附則\nこの条例は、公布の日から施行する。",
        "第12条　市長は、前条の申請があったときは、30日以内に決定し、申請者に通知しなければならない。",
    ),
    "仕様書": (
        "入力項目　1 宛名番号（8桁）　2 氏名（全角40文字）　3 生年月日（YYYYMMDD）　4 口座番号（7桁）\n応答時間は3秒以内とする。法人番号は{t:7123456789012}の形式で検査する。",
        "管理番号 {t:A0012345}、契約番号 {t:20260401123}、伝票番号 {t:48201937}の書類を総務課へ送付する。見積額は{t:12,345,678円}とする。",
    ),
    "統計": (
        "地区別人口（4月1日現在）\n石川町 1,204　長崎 877　宮崎台 2,310　森 455\n合計 4,846人（前年比 -38）",
        "滞納額の推移（千円）\n令和5年度 1,234,567　令和6年度 1,198,004　令和7年度 1,102,345",
    ),
    "会議": (
        "次回の会議は2026-06-01（月）10:00から第2会議室で開きます。議題は、予算の流用（{t:議案第12号}）、庁舎の清掃、その他です。資料は前日までに各課で印刷してください。",
    ),
}
