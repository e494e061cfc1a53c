"""Names that the Unicode CLDR (Babel) has in four languages: countries, cities, money, measures, times."""
