package org.maliang.model.form;

/** Names of forms and tunes in traditional spelling, read as simplified. */
final class Traditional {
    private static final String TRADITIONAL = "東絲兩嚴個臨麗烏樂喬買亂爭雲親從會傷傳體側傾兒蘭關興養內軍農沖淨涼減鳳凱擊劉別劍勸動華單賣廳厭雙發葉"
            + "嘆弔後聽吳詠喚嘯團園國圖圓聖塊墜牆聲壺復頭夾妝婦媽嬌嬋孫學寧寶實宮賓對尋導壽將堯層歲師帳簾帶並莊慶應"
            + "開張彎歸當憶憂懷態戀惱願懶戲撲掃揚拋擁掛搗攬攪搖攤擷數齋鬥斷無舊時晝曉暈雜來楊極棗槍標欄樹樣橋夢樓檻"
            + "歡氣漢淚潑澤漿濃濤澗淵漸漁滿滾瀟燈靈點燭愛狀獨獅環現瓏瑣瓊瑤畫盞鹽蓋盤磚禮離稱窮箏簫纖紅紗納線練織經"
            + "結繞絡絕絳繡繼續綺維綿綢綠縷纏羅聯腸勝脫臘艷節蘆蒼蘇薦藥萊蓮鶯蘿營蕭薩薔虛蟲蝦蠻蠟蟬銜裊裝見觀訊記訴"
            + "詞詩語誤讀調謁謝謠譜貞負財賢貨質賀賞賺賽讚贈趙轉輪輕載輩辭邊遷過邁還進遠連遲選遙鄰針釣釵鐘鉤錢鈿鐵鈴"
            + "銀鋪銷鎖錯錦鎮鏡長門問閒間悶鬧閨聞閣闌隊陽陰陣階隴隨難雛霽靜韻順頌頻題顏風飄飛飲馬駐駕罵驕驟魚魯鮑雞"
            + "鳴鷗鴣鴨鴦鴛鸞鴻鵝鵲鵪鶉鶴鷓黃齊龍驀";

    private static final String SIMPLIFIED = "东丝两严个临丽乌乐乔买乱争云亲从会伤传体侧倾儿兰关兴养内军农冲净凉减凤凯击刘别剑劝动华单卖厅厌双发叶"
            + "叹吊后听吴咏唤啸团园国图圆圣块坠墙声壶复头夹妆妇妈娇婵孙学宁宝实宫宾对寻导寿将尧层岁师帐帘带并庄庆应"
            + "开张弯归当忆忧怀态恋恼愿懒戏扑扫扬抛拥挂捣揽搅摇摊撷数斋斗断无旧时昼晓晕杂来杨极枣枪标栏树样桥梦楼槛"
            + "欢气汉泪泼泽浆浓涛涧渊渐渔满滚潇灯灵点烛爱状独狮环现珑琐琼瑶画盏盐盖盘砖礼离称穷筝箫纤红纱纳线练织经"
            + "结绕络绝绛绣继续绮维绵绸绿缕缠罗联肠胜脱腊艳节芦苍苏荐药莱莲莺萝营萧萨蔷虚虫虾蛮蜡蝉衔袅装见观讯记诉"
            + "词诗语误读调谒谢谣谱贞负财贤货质贺赏赚赛赞赠赵转轮轻载辈辞边迁过迈还进远连迟选遥邻针钓钗钟钩钱钿铁铃"
            + "银铺销锁错锦镇镜长门问闲间闷闹闺闻阁阑队阳阴阵阶陇随难雏霁静韵顺颂频题颜风飘飞饮马驻驾骂骄骤鱼鲁鲍鸡"
            + "鸣鸥鸪鸭鸯鸳鸾鸿鹅鹊鹌鹑鹤鹧黄齐龙蓦";

    private Traditional() {}

    /** The text with every traditional character that a name could hold as its simplified one. */
    static String toSimplified(String text) {
        StringBuilder simplified = new StringBuilder(text);
        for (int i = 0; i < simplified.length(); i++) {
            int at = TRADITIONAL.indexOf(simplified.charAt(i));
            if (at >= 0) {
                simplified.setCharAt(i, SIMPLIFIED.charAt(at));
            }
        }
        return simplified.toString();
    }
}
