const currencies = {
    AUD: { name: 'Australian dollar', digits: 2 },
    BRL: { name: 'Brazilian real', digits: 2 },
    CAD: { name: 'Canadian dollar', digits: 2 },
    CHF: { name: 'Swiss franc', digits: 2 },
    CLP: { name: 'Chilean peso', digits: 0 },
    CNY: { name: 'Renminbi', digits: 2 },
    CZK: { name: 'Czech koruna', digits: 2 },
    DKK: { name: 'Danish krone', digits: 2 },
    EGP: { name: 'Egyptian pound', digits: 2 },
    EUR: { name: 'Euro', digits: 2 },
    GBP: { name: 'Pound sterling', digits: 2 },
    HKD: { name: 'Hong Kong dollar', digits: 2 },
    HUF: { name: 'Hungarian forint', digits: 2 },
    IDR: { name: 'Indonesian rupiah', digits: 2 },
    ILS: { name: 'Israeli new shekel', digits: 2 },
    INR: { name: 'Indian rupee', digits: 2 },
    ISK: { name: 'Icelandic krona', digits: 0 },
    JOD: { name: 'Jordanian dinar', digits: 3 },
    JPY: { name: 'Japanese yen', digits: 0 },
    KES: { name: 'Kenyan shilling', digits: 2 },
    KRW: { name: 'South Korean won', digits: 0 },
    KWD: { name: 'Kuwaiti dinar', digits: 3 },
    MAD: { name: 'Moroccan dirham', digits: 2 },
    MXN: { name: 'Mexican peso', digits: 2 },
    MYR: { name: 'Malaysian ringgit', digits: 2 },
    NGN: { name: 'Nigerian naira', digits: 2 },
    NOK: { name: 'Norwegian krone', digits: 2 },
    NZD: { name: 'New Zealand dollar', digits: 2 },
    OMR: { name: 'Omani rial', digits: 3 },
    PEN: { name: 'Peruvian sol', digits: 2 },
    PHP: { name: 'Philippine peso', digits: 2 },
    PKR: { name: 'Pakistani rupee', digits: 2 },
    PLN: { name: 'Polish zloty', digits: 2 },
    RON: { name: 'Romanian leu', digits: 2 },
    SAR: { name: 'Saudi riyal', digits: 2 },
    SEK: { name: 'Swedish krona', digits: 2 },
    SGD: { name: 'Singapore dollar', digits: 2 },
    THB: { name: 'Thai baht', digits: 2 },
    TND: { name: 'Tunisian dinar', digits: 3 },
    TRY: { name: 'Turkish lira', digits: 2 },
    TWD: { name: 'New Taiwan dollar', digits: 2 },
    UAH: { name: 'Ukrainian hryvnia', digits: 2 },
    USD: { name: 'United States dollar', digits: 2 },
    VND: { name: 'Vietnamese dong', digits: 0 },
    XOF: { name: 'West African franc', digits: 0 },
    ZAR: { name: 'South African rand', digits: 2 },
};

function format(amount, code) {
    const currency = currencies[code];
    if (!currency) {
        throw new RangeError(`there is no currency ${code}`);
    }
    return `${amount.toFixed(currency.digits)} ${code}`;
}

module.exports = { currencies, format };
