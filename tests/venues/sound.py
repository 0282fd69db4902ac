"""Every venue's sound answers and its own error bodies, written by hand from its manual."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sound:
    """A venue's sound answers about one market: `time` opens 14 March 2025, `84000.50` is the close.

    `asked`: the parameters of a request for 14 to 16 March, by hand from the venue's manual.
    """

    symbol: str
    candles: bytes
    markets: bytes
    time: bytes
    asked: dict[str, str | int]


# Every venue in VENUES needs an entry: its manual's shapes, by hand. 14 March 2025 00:00 UTC is 1741910400.
SOUND = {
    "binance": Sound(
        "BTCUSDT",
        b'[[1741910400000,"81000.10","85000.00","80000.00","84000.50","1.50000000",1741996799999,"124500.75000000",9,'
        b'"0.7","1","0"]]',
        b'{"timezone":"UTC","symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT"}]}',
        b"1741910400000",
        {"symbol": "BTCUSDT", "interval": "1d", "startTime": 1741910400000, "endTime": 1742083200000, "limit": 3},
    ),
    "bybit": Sound(
        "BTCUSDT",
        b'{"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSDT","category":"spot","list":['
        b'["1741910400000","81000.10","85000.00","80000.00","84000.50","1.50000000","124500.75"]]},"retExtInfo":{}}',
        b'{"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC",'
        b'"quoteCoin":"USDT","status":"Trading"}]}}',
        b'"1741910400000"',
        {
            "category": "spot",
            "symbol": "BTCUSDT",
            "interval": "D",
            "start": 1741910400000,
            "end": 1742083200000,
            "limit": 3,
        },
    ),
    "okx": Sound(
        "BTC-USDT",
        b'{"code":"0","msg":"","data":[["1741910400000","81000.10","85000.00","80000.00","84000.50","1.50000000",'
        b'"124500.75","124500.75","1"]]}',
        b'{"code":"0","msg":"","data":[{"instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","state":"live"}]}',
        b'"1741910400000"',
        {"instId": "BTC-USDT", "bar": "1Dutc", "after": 1742169600000, "before": 1741910399999, "limit": 3},
    ),
    "bitget": Sound(
        "BTCUSDT",
        b'{"code":"00000","msg":"success","requestTime":1,"data":[["1741910400000","81000.10","85000.00","80000.00",'
        b'"84000.50","1.50000000","124500.75","124500.75"]]}',
        b'{"code":"00000","msg":"success","data":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT",'
        b'"status":"online"}]}',
        b'"1741910400000"',
        {"symbol": "BTCUSDT", "granularity": "1Dutc", "endTime": 1742169600000, "limit": 3},
    ),
    "coinbase": Sound(
        "BTC-USD",
        b"[[1741910400,80000.00,85000.00,81000.10,84000.50,1.50000000]]",
        b'[{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","status":"online","trading_disabled":false}]',
        b"1741910400",
        {
            "id": "BTC-USD",
            "granularity": "86400",
            "start": "2025-03-14T00:00:00Z",
            "end": "2025-03-16T00:00:00Z",
        },
    ),
    "kraken": Sound(
        "XXBTZUSD",
        b'{"error":[],"result":{"XXBTZUSD":[[1741910400,"81000.10","85000.00","80000.00","84000.50","83000.5",'
        b'"1.50000000",9]],"last":1741824000}}',
        b'{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","status":"online"}}}',
        b"1741910400",
        {"pair": "XXBTZUSD", "interval": 1440, "since": 1741910399},
    ),
    "upbit": Sound(
        "KRW-BTC",
        b'[{"market":"KRW-BTC","candle_date_time_utc":"2025-03-14T00:00:00","opening_price":81000.10,'
        b'"high_price":85000.00,"low_price":80000.00,"trade_price":84000.50,"candle_acc_trade_price":124500.75,'
        b'"candle_acc_trade_volume":1.50000000}]',
        b'[{"market":"KRW-BTC","korean_name":"\xeb\xb9\x84","english_name":"Bitcoin"}]',
        b'"2025-03-14T00:00:00"',
        {"market": "KRW-BTC", "count": 3, "to": "2025-03-17T00:00:00Z"},
    ),
    "htx": Sound(
        "btcusdt",
        b'{"ch":"market.btcusdt.kline.1day","status":"ok","ts":1,"data":[{"id":1741881600,"open":81000.10,'
        b'"close":84000.50,"low":80000.00,"high":85000.00,"amount":1.50000000,"vol":124500.75,"count":9}]}',
        b'{"status":"ok","data":[{"symbol":"btcusdt","base-currency":"btc","quote-currency":"usdt","state":"online"}]}',
        b"1741881600",
        {"symbol": "btcusdt", "period": "1day", "from": 1741881600, "to": 1742054400, "size": 3},
    ),
    "kucoin": Sound(
        "BTC-USDT",
        b'{"code":"200000","data":[["1741910400","81000.10","84000.50","85000.00","80000.00","1.50000000",'
        b'"124500.75"]]}',
        b'{"code":"200000","data":[{"symbol":"BTC-USDT","name":"BTC-USDT","baseCurrency":"BTC","quoteCurrency":"USDT",'
        b'"enableTrading":true}]}',
        b'"1741910400"',
        {"symbol": "BTC-USDT", "type": "1day", "startAt": 1741910400, "endAt": 1742083201},
    ),
    "gate": Sound(
        "BTC_USDT",
        b'[["1741910400","124500.75","84000.50","85000.00","80000.00","81000.10","1.50000000","true"]]',
        b'[{"id":"BTC_USDT","base":"BTC","quote":"USDT","fee":"0.2","trade_status":"tradable","sell_start":0}]',
        b'"1741910400"',
        {"currency_pair": "BTC_USDT", "interval": "1d", "from": 1741910400, "to": 1742083200},
    ),
    "mexc": Sound(
        "BTCUSDT",
        b'[[1741910400000,"81000.10","85000.00","80000.00","84000.50","1.50000000",1741996800000,"124500.75"]]',
        b'{"timezone":"CST","symbols":[{"symbol":"BTCUSDT","status":"1","baseAsset":"BTC","quoteAsset":"USDT",'
        b'"isSpotTradingAllowed":true}]}',
        b"1741910400000",
        {"symbol": "BTCUSDT", "interval": "1d", "startTime": 1741910400000, "endTime": 1742083200001, "limit": 3},
    ),
    "bingx": Sound(
        "BTC-USDT",
        b'{"code":0,"timestamp":1,"data":[[1741910400000,81000.10,85000.00,80000.00,84000.50,1.50000000,1741996799999,'
        b"124500.75]]}",
        b'{"code":0,"msg":"","data":{"symbols":[{"symbol":"BTC-USDT","status":1,"tickSize":0.01}]}}',
        b"1741910400000",
        {
            "symbol": "BTC-USDT",
            "interval": "1d",
            "startTime": 1741910399999,
            "endTime": 1742083200001,
            "timeZone": 0,
        },
    ),
    "bitstamp": Sound(
        "btcusd",
        b'{"data":{"pair":"BTC/USD","ohlc":[{"timestamp":"1741910400","open":"81000.10","high":"85000.00",'
        b'"low":"80000.00","close":"84000.50","volume":"1.50000000"}]}}',
        b'[{"name":"BTC/USD","market_symbol":"btcusd","base_currency":"BTC","counter_currency":"USD",'
        b'"trading":"Enabled","market_type":"SPOT"}]',
        b'"1741910400"',
        # Ten rows to spare: a day may be there twice.
        {"pair": "btcusd", "step": 86400, "limit": 13, "end": 1742083200},
    ),
    "bitfinex": Sound(
        "tBTCUST",
        b"[[1741910400000,81000.10,84000.50,85000.00,80000.00,1.50000000]]",
        b'[["BTCUST"],[["UST","USDt"]]]',
        b"1741910400000",
        {"symbol": "tBTCUST", "timeframe": "1D", "start": 1741910400000, "end": 1742083200000, "limit": 3},
    ),
    "cryptocom": Sound(
        "BTC_USDT",
        b'{"id":-1,"method":"public/get-candlestick","code":0,"result":{"interval":"1D","data":[{"t":1741910400000,'
        b'"o":"81000.10","h":"85000.00","l":"80000.00","c":"84000.50","v":"1.50000000"}],'
        b'"instrument_name":"BTC_USDT"}}',
        b'{"id":-1,"method":"public/get-instruments","code":0,"result":{"data":[{"symbol":"BTC_USDT",'
        b'"inst_type":"CCY_PAIR","base_ccy":"BTC","quote_ccy":"USDT","tradable":true}]}}',
        b"1741910400000",
        # The opening before and the opening after, and two rows to spare in case both are counted in.
        {
            "instrument_name": "BTC_USDT",
            "timeframe": "1D",
            "start_ts": 1741824000000,
            "end_ts": 1742169600000,
            "count": 5,
        },
    ),
    "gemini": Sound(
        "btcusd",
        b"[[1741910400000,81000.10,85000.00,80000.00,84000.50,1.50000000]]",
        b'[{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","status":"open","product_type":"spot"}]',
        b"1741910400000",
        {"symbol": "btcusd", "timeframe": "1day"},
    ),
    "bithumb": Sound(
        "KRW-BTC",
        b'[{"market":"KRW-BTC","candle_date_time_utc":"2025-03-13T15:00:00",'
        b'"candle_date_time_kst":"2025-03-14T00:00:00","opening_price":81000.10,"high_price":85000.00,'
        b'"low_price":80000.00,"trade_price":84000.50,"timestamp":1741964399000,"candle_acc_trade_price":124500.75,'
        b'"candle_acc_trade_volume":1.50000000}]',
        b'[{"market":"KRW-BTC","korean_name":"\xeb\xb9\x84","english_name":"Bitcoin"}]',
        b'"2025-03-13T15:00:00"',
        {"market": "KRW-BTC", "count": 3, "to": "2025-03-17 00:00:00"},
    ),
    "whitebit": Sound(
        "BTC_USDT",
        b'{"success":true,"message":null,"result":[[1741910400,"81000.10","84000.50","85000.00","80000.00",'
        b'"1.50000000","124500.75"]]}',
        b'[{"name":"BTC_USDT","stock":"BTC","money":"USDT","tradesEnabled":true,"type":"spot"}]',
        b"1741910400",
        {"market": "BTC_USDT", "interval": "1d", "start": 1741910400, "end": 1742169599, "limit": 3},
    ),
    "hashkey": Sound(
        "BTCUSDT",
        b'[[1741910400000,"81000.10","85000.00","80000.00","84000.50","1.50000000",0,"124500.75",9,"0.7","1"]]',
        b'{"timezone":"UTC","serverTime":"1741910400000","symbols":[{"symbol":"BTCUSDT","status":"TRADING",'
        b'"baseAsset":"BTC","quoteAsset":"USDT"}],"contracts":[{"symbol":"BTCUSDT-PERPETUAL","status":"TRADING"}]}',
        b"1741910400000",
        {"symbol": "BTCUSDT", "interval": "1d", "startTime": 1741910400000, "endTime": 1742083200000, "limit": 3},
    ),
    "lbank": Sound(
        "btc_usdt",
        b'{"msg":"Success","result":"true","data":[[1741881600,81000.10,85000.00,80000.00,84000.50,1.50000000]],'
        b'"error_code":0,"ts":1}',
        b'{"msg":"Success","result":"true","data":[{"symbol":"btc_usdt","quantityAccuracy":"4","minTranQua":"0.0001",'
        b'"priceAccuracy":"2"}],"error_code":0,"ts":1}',
        b"1741881600",
        {"symbol": "btc_usdt", "type": "day1", "time": 1741881600, "size": 3},
    ),
}

ERRORS = {
    # venue: error bodies to wait out, error bodies to look at
    "binance": ([], [b'{"code":-1121,"msg":"Invalid symbol."}', b'{"code":-1003,"msg":"Too much request weight"}']),
    "bybit": (
        [b'{"retCode":10006,"retMsg":"Too many visits. Exceeded the API Rate Limit.","result":{}}'],
        [b'{"retCode":10001,"retMsg":"Not supported symbols","result":{"list":[]},"retExtInfo":{},"time":1}'],
    ),
    "okx": (
        [
            b'{"code":"50011","msg":"Too Many Requests","data":[]}',
            b'{"code":"50001","msg":"Service temporarily unavailable","data":[]}',
        ],
        [b'{"code":"51001","msg":"Instrument ID does not exist","data":[]}'],
    ),
    "bitget": (
        [b'{"code":"429","msg":"Too Many Requests","requestTime":1,"data":null}'],
        [b'{"code":"40309","msg":"The symbol has been removed","requestTime":1,"data":null}'],
    ),
    "coinbase": ([], [b'{"message":"NotFound"}', b'{"message":"granularity too small for the requested time range"}']),
    "kraken": (
        [
            b'{"error":["EAPI:Rate limit exceeded"]}',
            b'{"error":["EGeneral:Too many requests"]}',
            b'{"error":["EGeneral:Temporary lockout"],"result":{}}',
            b'{"error":["EService:Unavailable"]}',
        ],
        [b'{"error":["EQuery:Unknown asset pair"]}'],
    ),
    "upbit": ([], [b'{"error":{"name":404,"message":"Code not found"}}', b'{"name":"too_many_requests"}']),
    "htx": (
        [b'{"ts":1,"status":"error","err-code":"api-limit","err-msg":"request too frequently","data":null}'],
        [b'{"ts":1,"status":"error","err-code":"invalid-parameter","err-msg":"invalid symbol","data":null}'],
    ),
    "kucoin": (
        [
            b'{"code":"429000","msg":"Too many requests. System-level rate limit exceeded."}',
            b'{"code":"500000","msg":"Internal server error"}',
        ],
        [b'{"code":"400100","msg":"Unsupported trading pair."}', b'{"code":"200000","msg":"no data"}'],
    ),
    "gate": (
        [
            b'{"label":"TOO_MANY_REQUESTS","message":"Request Rate limit Exceeded"}',
            b'{"label":"SERVER_ERROR","message":"Internal server error"}',
        ],
        [b'{"label":"INVALID_CURRENCY_PAIR","message":"Invalid currency pair NO_PE"}'],
    ),
    "mexc": (
        [b'{"code":429,"msg":"Too Many Requests"}', b'{"code":604,"msg":"under maintenance"}'],
        [b'{"code":-1121,"msg":"Invalid symbol."}'],
    ),
    "bingx": (
        [
            b'{"code":100410,"msg":"rate limit","data":{}}',
            b'{"code":100500,"msg":"The current system is busy, please try again later","debugMsg":""}',
        ],
        [
            b'{"code":100204,"msg":"The maximum query range for BTC_USDT K-lines is 380 days and 0 hours.","data":{}}',
            b'{"code":0,"msg":"","data":null}',
        ],
    ),
    "bitstamp": (
        [b'{"response_code":"400.002","response_explanation":"Request rejected due to exceeded rate limit."}'],
        [b'{"error":"Not found"}', b'{"status":"error","reason":"Invalid pair","code":"API0000"}'],
    ),
    "bitfinex": (
        [
            b'["error",11010,"ratelimit: error"]',
            b'["error",20060,"maintenance"]',
            b'{"error":"ERR_RATE_LIMIT"}',
            b'{"code":503,"error":"temporarily_unavailable","error_description":"Sorry, temporarily unavailable."}',
        ],
        [b'["error",10020,"symbol: invalid"]', b'["error",null,"unknown"]', b'{"error":"not_found"}'],
    ),
    "cryptocom": (
        [
            b'{"id":-1,"method":"public/get-candlestick","code":42901,"message":"RATE_LIMIT"}',
            b'{"code":9010001,"message":"SYSTEM_MAINTENANCE","details":"currently under maintenance"}',
        ],
        [b'{"id":-1,"method":"public/get-candlestick","code":40004,"message":"Invalid instrument_name"}'],
    ),
    "gemini": (
        [
            b'{"result":"error","reason":"RateLimit","message":"Requests were made too frequently"}',
            b'{"result":"error","reason":"Maintenance","message":"The Gemini Exchange is undergoing maintenance."}',
        ],
        [b'{"result":"error","reason":"Bad Request","message":"Supplied value \'bla\' is not a valid symbol."}'],
    ),
    "bithumb": (
        [b'{"error":{"name":"too_many_requests","message":"Too many API requests."}}'],
        [
            b'{"error":{"name":400,"message":"Missing request parameter error. Check the required parameters!"}}',
            b'{"error":{"name":404,"message":"Code not found"}}',
            b'{"status":"5600","message":"Invalid Parameter"}',
        ],
    ),
    "whitebit": (
        [],
        [
            b'{"success":false,"message":{"market":["Market is not available"]},"result":[]}',
            b'{"success":false,"message":{"interval":["Invalid interval."]},"result":null}',
            b'{"code":0,"message":"Validation failed","errors":{"market":["The market format is invalid."]}}',
        ],
    ),
    "hashkey": (
        [b'{"code":"0003","msg":"Rate limit exceeded"}', b'{"code":-1007,"msg":"Timeout waiting for response"}'],
        [b'{"code":"-100010","msg":"Invalid Symbols!"}', b'{"code":"0001","msg":"Required field missing or invalid"}'],
    ),
    "lbank": (
        [
            b'{"result":"false","error_code":10004,"ts":1}',
            b'{"msg":"Internal error","result":false,"error_code":"10000","ts":1}',
        ],
        [b'{"result":"false","msg":"Invalid Trading Pair","error_code":10008,"ts":1}'],
    ),
}
