namespace ChainBridge.Statistics;

/// <summary>The normal distribution.</summary>
public static class Normal
{
    /// <summary>The probability of less than z; Abramowitz and Stegun 26.2.17, to seven digits.</summary>
    public static double Below(double z)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(z)));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? 1 - tail : tail;
    }

    /// <summary>The z that this share lies beyond; Abramowitz and Stegun 26.2.23, to three digits.</summary>
    /// <param name="tail">Above 0, at most 0.5.</param>
    public static double Beyond(double tail)
    {
        var t = Math.Sqrt(-2 * Math.Log(tail));
        return t - ((2.515517 + (t * (0.802853 + (t * 0.010328))))
            / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
    }
}
