"""What a party can expect of Happyflow for every rule of iJw 3.2, shown on a running system."""
